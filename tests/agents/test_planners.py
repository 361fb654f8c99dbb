"""Planners in the worlds: those with a perfect foresight do as well as can be, others say why they do not."""

import copy

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from planning_worlds import ROOM, PerfectForesight, episode

from agents.imagined_env import ImaginedEnv
from agents.planning.copies import Copies
from agents.planning.dual import Dual
from agents.planning.foreseeing import think, think_together
from agents.planning.imagery import Gallery, Imagery
from agents.planning.latent import Latent
from agents.planning.oracle import Oracle
from agents.planning.random import Random
from agents.planning.reactive import Reactive
from agents.planning.search import NO_PATH, OUT_OF_BUDGET, breadth_first
from agents.planning.searching import SEARCHES, Rehearsing, Searching
from agents.planning.video import Video
from envs.configurations import SHIFTS
from envs.frozen_lake import FrozenLake
from envs.maze import MazeEnv
from envs.minibehavior import MiniBehaviorEnv
from envs.rooms import Room
from envs.sokoban import SokobanEnv
from imagery.models.latent import CodedFutures


@pytest.fixture
def maze():
    env = MazeEnv(4)
    observation = env.reset(seed=7)
    return env, observation, PerfectForesight(env.board)


# ---- imagery --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("search", SEARCHES)
def test_perfect_imagery_solves(search, maze):
    env, observation, foresight = maze
    agent = Imagery(foresight, search=search)
    steps, reward = episode(agent, env, observation)
    assert reward == 1 and agent.plans == 1 and agent.verdict == ""
    assert steps == len(env.board.solve())                          # in a maze there is one way


def test_small_errors_of_pictures_are_overlooked_and_great_ones_are_not(maze):
    env, observation, foresight = maze
    foresight.grain = 20
    agent = Imagery(foresight, search="breadth-first")
    agent.model.unfamiliar = 30
    steps, reward = episode(agent, env, observation)
    assert (steps, reward, agent.plans) == (len(env.board.solve()), 1, 1)
    blank = PerfectForesight(env.board)
    blank.draw = lambda state: np.zeros((64, 64, 3), np.uint8)
    blank.board = type("Never", (), {**{name: getattr(env.board, name) for name in ("after", "draw")},
                                     "solved": lambda self, state: False, "over": lambda self, state: False})()
    agent = Imagery(blank)
    assert episode(agent, env, env.reset(seed=7)) == (0, 0) and agent.verdict == NO_PATH


def test_replans_when_the_world_is_not_as_imagined(maze):
    env, (picture, info), foresight = maze
    agent = Imagery(foresight, search="breadth-first")
    env.step(think(agent.think({"picture": picture})))
    assert len(agent.ahead) > 2
    env.state = next(cell for cell in foresight.states if len(env.board.solve(cell)) > 3 and cell not in (
        env.state, env.board.start))
    before = env.board.solve(env.state)
    action = think(agent.think({"picture": env.board.draw(env.state)}))
    assert agent.plans == 2 and action == before[0] and 1 + len(agent.ahead) == len(before)


def test_unlike_pictures_and_small_budgets_are_said(maze):
    env, observation, foresight = maze
    agent = Imagery(foresight)
    chalk = env.board.draw(env.state, style="chalk")
    assert episode(agent, env, (chalk, observation[1])) == (0, 0) and "unlike any learned from" in agent.verdict
    assert foresight.calls == 0
    small = Imagery(foresight, budget=8)
    small.begin()
    action = think(small.think({"picture": observation[0]}))
    assert small.verdict == OUT_OF_BUDGET and action is not None and small.frames == 8


def test_branches_of_a_cohort_are_imagined_together(maze):
    env, (picture, _), foresight = maze
    agents = [Imagery(foresight, search="breadth-first") for _ in range(5)]
    actions = think_together([agent.think({"picture": picture}) for agent in agents])
    assert actions == [env.board.solve()[0]] * 5
    assert foresight.calls == agents[0].plan.rounds


@pytest.mark.parametrize("env", [MazeEnv(12), MiniBehaviorEnv(12), FrozenLake(12, style="plain"), SokobanEnv(10, 1),
                                 FrozenLake(5)], ids=str)
def test_a_gallery_tells_all_states_apart_that_look_different(env):
    env.reset(seed=1)
    rng, gallery, numbers = np.random.default_rng(0), Gallery(), {}
    for _ in range(120):
        after = env.board.after(env.state, int(rng.integers(env.action_space.n)))
        env.state = env.state if env.board.over(after) else after
        picture = env.board.draw(env.state, style=env.style)
        numbers.setdefault(picture.tobytes(), set()).add(gallery.number(picture))
    assert len(numbers) > 3 and all(len(each) == 1 for each in numbers.values())
    assert len(set.union(*numbers.values())) == len(numbers) == len(gallery.pictures)


def test_a_gallery_tells_neighbouring_poses_apart():
    room, gallery = Room.read(ROOM), Gallery()
    column, row, heading = room.start
    poses = {room.start} | {(column + across, row + down, heading + turn) for turn, down, across in SHIFTS}
    assert len({gallery.number(room.draw(pose)) for pose in poses}) == 7


# ---- the environment in the head ------------------------------------------------------------------------------------

def imagined(env, foresight):
    return ImaginedEnv(foresight, env.board.draw(env.board.start), actions=range(env.action_space.n),
                       describe=lambda pictures: [env.board.describe(foresight.state(each)) for each in pictures])


def test_an_imagined_world_has_the_interface_of_the_real_one(maze):
    env, (picture, info), foresight = maze
    inner = imagined(env, foresight)
    check_env(inner, skip_render_check=True)
    assert inner.observation_space == env.observation_space and inner.action_space == env.action_space
    seen, told = inner.reset(options={"frame": picture})
    assert np.array_equal(seen, picture) and told == info
    for action in env.board.solve():
        real, fancied = env.step(action), inner.step(action)
        assert np.array_equal(real[0], fancied[0]) and real[1:] == fancied[1:]


def test_a_planner_cannot_tell(maze):
    env, (picture, info), foresight = maze
    plans = []
    for world in (env, imagined(env, foresight)):
        if world is not env:
            world.reset()
        model = Copies(world)
        plans.append(think(breadth_first(model, model.root({"picture": picture}), 2000)))
    assert plans[0].actions == plans[1].actions == env.board.solve() and plans[0].frames == plans[1].frames


def test_branches_of_an_imagined_world_go_their_own_ways(maze):
    env, _, foresight = maze
    world = imagined(env, foresight)
    start, _ = world.reset()
    branch = copy.deepcopy(world)
    branch.step(env.board.solve()[0])
    assert np.array_equal(world.last, start) and not np.array_equal(branch.last, start)
    assert branch.foresight is world.foresight


def test_what_cannot_be_imagined_is_refused(maze):
    env, _, foresight = maze
    with pytest.raises(ValueError, match="starts from a picture: reset"):
        ImaginedEnv(foresight).reset()
    with pytest.raises(ValueError, match="starts from a picture"):
        ImaginedEnv(foresight).reset(options={"frame": np.zeros((8, 8, 3), np.uint8)})
    world = imagined(env, foresight)
    world.reset()
    with pytest.raises(ValueError, match="there is no action 4; the actions are 0 to 3"):
        world.step(4)


# ---- the others -----------------------------------------------------------------------------------------------------

def test_the_oracle_is_best_and_chance_is_not(maze):
    env, observation, _ = maze
    oracle = Oracle(lambda: env.board.solve(env.state))
    assert episode(oracle, env, observation) == (len(env.board.solve()), 1)
    env.reset(seed=7)
    assert episode(Random(seed=1), env, env.reset(seed=7), most=4)[1] == 0
    assert Random(4, seed=2).rng.integers(4, size=5).tolist() == Random(4, seed=2).rng.integers(4, size=5).tolist()
    lost = Oracle(lambda: None)
    assert think(lost.think({})) is None and lost.verdict == NO_PATH


class CodedMaze:
    """Codes are places, times ten."""

    alike = 1.0

    def __init__(self, foresight):
        self.board, self.state = foresight.board, foresight.state

    def encode(self, pictures):
        return np.array([self.state(picture) for picture in pictures], float) * 10

    def imagine(self, codes, actions):
        after = [self.board.after(tuple((code / 10).astype(int).tolist()), action)
                 for code, action in zip(codes, actions)]
        solved = np.array([float(self.board.solved(state)) for state in after])
        return CodedFutures(np.array(after, float) * 10 + 0.4, solved, solved, np.zeros(len(after)))


@pytest.mark.parametrize("search", SEARCHES)
def test_a_perfect_code_solves_without_a_picture(search, maze):
    env, observation, foresight = maze
    agent = Latent(CodedMaze(foresight), search=search)
    assert episode(agent, env, observation) == (len(env.board.solve()), 1) and agent.plans == 1


class Projector:
    """A film of the true way; its first `shaken` showings are of going nowhere."""

    def __init__(self, foresight, shaken=0):
        self.foresight, self.shaken, self.shown = foresight, shaken, 0

    def imagine_all(self, first, goals):
        return [self.imagine(each) for each in first]

    def imagine(self, first):
        board, state, way = self.foresight.board, self.foresight.state(first), []
        self.shown += 1
        for action in board.solve(state):
            state = board.after(state, action)
            way.append(board.draw(board.start if self.shown <= self.shaken else state))
        return np.stack(way) if way else np.zeros((0, 64, 64, 3), np.uint8)

    def deeds(self, before, after):
        board, state = self.foresight.board, self.foresight.state
        return np.array([next((action for action in range(4) if board.after(state(one), action) == state(other)), 0)
                         for one, other in zip(before, after)])


def test_a_true_film_is_followed_and_an_untrue_one_replaced(maze):
    env, observation, foresight = maze
    true, untrue = Projector(foresight), Projector(foresight, shaken=1)
    assert episode(Video(true), env, observation) == (len(env.board.solve()), 1) and true.shown == 1
    assert episode(Video(untrue), env, env.reset(seed=7))[1] == 1 and untrue.shown > 1
    never = Projector(foresight, shaken=99)
    agent = Video(never, films=3)
    assert episode(agent, env, env.reset(seed=7))[1] == 0 and (never.shown, agent.verdict) == (3, OUT_OF_BUDGET)
    stuck = Projector(foresight)
    stuck.imagine = lambda first: np.zeros((0, 64, 64, 3), np.uint8)
    agent = Video(stuck)
    assert episode(agent, env, env.reset(seed=7)) == (0, 0) and agent.verdict == NO_PATH


def test_a_policy_is_asked_for_what_is_seen(maze):
    env, observation, foresight = maze

    class Policy:
        asked = 0

        def predict(self, picture, deterministic):
            assert deterministic
            self.asked += 1
            return np.array(env.board.solve(foresight.state(picture))[0]), None

    agent = Reactive(Policy(), "PPO")
    assert episode(agent, env, observation) == (len(env.board.solve()), 1) == (agent.policy.asked, 1)
    think(agent.think({"picture": observation[0]}))
    assert agent.policy.asked == len(env.board.solve())                          # what was seen before is decided


def test_policies_of_stable_baselines3_fit():
    baselines = pytest.importorskip("stable_baselines3")
    env = MazeEnv(3)
    agent = Reactive(baselines.PPO("CnnPolicy", env, n_steps=8, batch_size=8, device="cpu"), "PPO")
    assert think(agent.think({"picture": env.reset(seed=0)[0]})) in range(4)


def test_rehearsal_acts_in_a_world_of_chance():
    """On slippery ice with a foresight that slips, better than chance."""
    env = FrozenLake(3, slippery=True, style="plain", board=["SFF", "FFF", "FFG"])
    observation = env.reset(seed=0)
    foresight = PerfectForesight(env.board)
    after, rng = env.board.after, np.random.default_rng(0)
    slip = type("Slip", (), {"draw": staticmethod(env.board.draw), "solved": staticmethod(env.board.solved),
                             "over": staticmethod(env.board.over), "after": staticmethod(
                                 lambda state, action: after(state, (action + int(rng.integers(-1, 2))) % 4))})
    foresight.board = slip
    agent = Rehearsing("rehearsal", Imagery(foresight).model, budget=2000, samples=9)
    assert episode(agent, env, observation, most=100)[1] == 1
    assert agent.plans == 1 and agent.policy.complete and 8 * 4 * 9 >= agent.frames > 0


# ---- to think or not ------------------------------------------------------------------------------------------------

class Way:
    """A way of thinking that comes to one answer and takes so many frames."""

    def __init__(self, answer, cost):
        self.answer, self.cost = answer, cost
        self.begin()

    def begin(self):
        self.frames, self.plans, self.verdict = 0, 0, ""

    def think(self, observation):
        self.frames = self.cost
        return self.answer
        yield


@pytest.mark.parametrize("price, best", [(0.0001, "deep"), (0.02, "reflex")])
def test_thinking_is_chosen_by_its_worth(price, best):
    """Deep thought always succeeds and costs 50 outcomes, a reflex succeeds one time in two, words never."""
    agent = Dual({"words": Way(0, 10), "deep": Way(1, 50), "reflex": Way(2, 0)}, price)
    rng, chosen = np.random.default_rng(0), []
    for _ in range(60):
        agent.begin()
        think(agent.think({}))
        chosen.append(agent.chosen)
        agent.learn(bool({"deep": 1, "words": 0, "reflex": rng.uniform() < 0.5}[agent.chosen]))
    assert chosen[-20:].count(best) >= 18 and set(chosen) >= {"deep", best}


def test_what_is_learned_of_one_sort_of_boards_stays_with_it():
    agent = Dual({"words": Way(0, 0), "pictures": Way(1, 0)}, sort=lambda observation: observation["words"][:8])
    for _ in range(40):
        for words in ("The lake", "The room"):
            agent.begin()
            think(agent.think({"words": words}))
            agent.learn((agent.chosen == "words") == (words == "The lake"))
    for words, best in (("The lake", "words"), ("The room", "pictures")):
        agent.begin()
        think(agent.think({"words": words}))
        assert agent.chosen == best
    agent.begin()
    with pytest.raises(ValueError, match="nothing to learn from"):
        agent.learn(True)


def test_a_choice_holds_for_a_board(maze):
    env, observation, foresight = maze
    agent = Dual({"pictures": Imagery(foresight)})
    assert episode(agent, env, observation) == (len(env.board.solve()), 1)
    assert agent.plans == 1 and agent.frames > 0 and agent.verdict == ""


def test_a_way_that_gives_up_leaves_the_board_to_the_next_best():
    lost = Way(None, 7)
    agent = Dual({"pictures": lost, "words": Way(1, 3)})
    assert think(agent.think({})) == 1 and agent.tried == ["pictures", "words"] and agent.frames == 10
    agent.learn(True)
    assert agent.experience[None, "pictures"].successes == 1 and agent.experience[None, "words"].successes == 2
    agent.begin()
    assert think(agent.think({})) == 1 and agent.tried == ["words"]
    agent = Dual({"pictures": lost, "words": Way(1, 3)})
    lost.verdict = NO_PATH
    lost.begin = lambda: None
    assert think(agent.think({})) is None and agent.verdict == NO_PATH           # is an answer


def test_searching_takes_any_model():
    env = gymnasium.make("imagery/MiniBehavior-v0", size=4).unwrapped
    observation = env.reset(seed=1)
    agent = Searching("perfect", Copies(env), breadth_first, 20_000)
    assert episode(agent, env, observation) == (len(env.board.solve()), 1)
