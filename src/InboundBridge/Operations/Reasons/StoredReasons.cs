using InboundBridge.Rules.Explaining;

namespace InboundBridge.Operations.Reasons;

/// <summary>Why the rules in force route a stored message as they do: one explanation for each recipient of its envelope.</summary>
/// <param name="ConfigVersion">The configuration in force now. The message names the one that decided about it.</param>
/// <param name="MoreRecipients">How many further recipients the message has; only the first are explained.</param>
public sealed record StoredReasons(string ConfigVersion, IReadOnlyList<RuleExplanation> Recipients, int MoreRecipients);
