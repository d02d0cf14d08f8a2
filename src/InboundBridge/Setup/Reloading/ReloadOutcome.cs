using InboundBridge.Yaml;

namespace InboundBridge.Setup.Reloading;

/// <summary>What a reload came to.</summary>
/// <param name="Problems">The new configuration is in force when none of them is an error.</param>
/// <param name="RestartNeeded">Keys whose new values count from the next start on.</param>
internal sealed record ReloadOutcome(SourceProblems Problems, IReadOnlyList<string> RestartNeeded);
