def test_the_small_world_stands(world):
    lot = world.contract()
    commitment = world.commitment(lot)
    placement = world.placement(world.person(), commitment)
    assert world.sent_line(commitment, placement).state == "pending"
