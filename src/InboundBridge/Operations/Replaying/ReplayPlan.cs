namespace InboundBridge.Operations.Replaying;

/// <summary>How a stored message is to be sent again.</summary>
/// <param name="DryRun">Only report what would be sent.</param>
/// <param name="ByRules">True: where the rules in force route it now. False: where it went the first time.</param>
/// <param name="To">A configured destination that gets it for all recipients of the envelope, whatever the rules say; not together with
/// <paramref name="ByRules"/>.</param>
internal sealed record ReplayPlan(bool DryRun, bool ByRules, string? To);
