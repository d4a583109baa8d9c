"""The engine's rule policy, which looks only at the rules that could apply."""

from collections import defaultdict
from typing import Dict, List, Optional, Set, Text, Tuple

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.core.domain import State
from rasa.shared.nlu.constants import INTENT


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True
)
class RulesByIntent(RulePolicy):
    """Answers as RulePolicy does, after setting aside the rules for other intents.

    RulePolicy compares every rule with the conversation at each step; nearly all of
    ours begin with one intent, and only those for this turn's intent can apply.
    """

    _sorted: Optional[Tuple[int, int, Dict[Optional[Text], List[Text]]]] = None

    def _get_possible_keys(
        self, lookup: Dict[Text, Text], states: List[State]
    ) -> Set[Text]:
        if not states:
            return super()._get_possible_keys(lookup, states)
        by_intent = self._sort(lookup)
        intent = states[-1].get(USER, {}).get(INTENT)
        keys = by_intent[None] + by_intent.get(intent, []) if intent else list(lookup)
        # The exact comparison stays with Rasa.
        return super()._get_possible_keys({key: lookup[key] for key in keys}, states)

    def _sort(self, lookup: Dict[Text, Text]) -> Dict[Optional[Text], List[Text]]:
        """The rules by the intent of their last state; under None, all others."""
        if self._sorted is None or self._sorted[:2] != (id(lookup), len(lookup)):
            by_intent: Dict[Optional[Text], List[Text]] = defaultdict(list)
            for key in lookup:
                last = self._rule_key_to_state(key)[-1]
                starts = PREVIOUS_ACTION not in last
                intent = None if starts else last.get(USER, {}).get(INTENT)
                by_intent[intent].append(key)
            self._sorted = (id(lookup), len(lookup), by_intent)
        return self._sorted[2]
