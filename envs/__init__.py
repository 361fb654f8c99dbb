"""Environments of the imagery laboratory: the experiments psychologists ran, and worlds to plan in."""

ENVS = {
    "Scanning": "envs.scanning:Scanning", "Reinterpretation": "envs.reinterpretation:Reinterpretation",
    "Rotation": "envs.rotation:Rotation", "Maze": "envs.maze:MazeEnv",
    "MiniBehavior": "envs.minibehavior:MiniBehaviorEnv", "Sokoban": "envs.sokoban:SokobanEnv",
    "FrozenLake": "envs.frozen_lake:FrozenLake", "Room": "envs.rooms:RoomEnv",
    "Brooks": "envs.brooks:Brooks", "Reversal": "envs.reversal:Reversal", "FormBoard": "envs.form_board:FormBoardEnv",
}


def register_envs() -> None:
    """Make the environments known to Gymnasium as imagery/NAME-v0; done twice it changes nothing."""
    from gymnasium.envs.registration import register, registry

    for name, entry_point in ENVS.items():
        if f"imagery/{name}-v0" not in registry:
            register(f"imagery/{name}-v0", entry_point=entry_point)
