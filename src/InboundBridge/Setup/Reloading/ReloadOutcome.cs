using InboundBridge.Yaml;

namespace InboundBridge.Setup.Reloading;

/// <summary>The outcome of a reload.</summary>
/// <param name="Problems">The new configuration is in force when none of them is an error.</param>
/// <param name="RestartNeeded">Keys whose new values take effect with the next start.</param>
internal sealed record ReloadOutcome(SourceProblems Problems, IReadOnlyList<string> RestartNeeded);
