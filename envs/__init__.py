"""Environments of the imagery laboratory: the experiments psychologists ran."""


def register_envs() -> None:
    """Make the environments known to Gymnasium as imagery/NAME; done twice it changes nothing."""
    from gymnasium.envs.registration import register, registry

    if "imagery/Scanning-v0" not in registry:
        register("imagery/Scanning-v0", entry_point="envs.scanning:Scanning")
    if "imagery/Reinterpretation-v0" not in registry:
        register("imagery/Reinterpretation-v0", entry_point="envs.reinterpretation:Reinterpretation")
