"""Who signs in and what they may be: users, memberships, roles, and the actor that every action names."""
