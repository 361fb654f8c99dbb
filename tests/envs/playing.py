"""Playing a session with a participant."""


def session(env, participant, seed=0, told=frozenset({"onset", "trial"})):
    """`participant` gets words, onset and picture at each tick. What was perceived, and the records; in `info` there is
    nothing but what is `told`."""
    observation, info = env.reset(seed=seed)
    perceived, trials, over = [(observation["words"], info["onset"], observation["picture"])], [], False
    while not over:
        observation, reward, over, truncated, info = env.step(participant(*perceived[-1]))
        assert not truncated and set(info) <= told
        if "trial" in info:
            trials.append(info["trial"])
        assert reward == (info["trial"]["correct"] if "trial" in info else 0)
        perceived.append((observation["words"], info["onset"], observation["picture"]))
    return perceived, trials
