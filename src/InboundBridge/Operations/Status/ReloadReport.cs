namespace InboundBridge.Operations.Status;

/// <summary>What became of a reload.</summary>
/// <param name="Applied">False: the old configuration stays in force.</param>
/// <param name="Version">Of the configuration that is in force now.</param>
/// <param name="Problems">Errors and warnings, as <c>check</c> prints them.</param>
/// <param name="RestartNeeded">Keys whose new values take effect with the next start.</param>
internal sealed record ReloadReport(bool Applied, string Version, IReadOnlyList<string> Problems, IReadOnlyList<string> RestartNeeded);
