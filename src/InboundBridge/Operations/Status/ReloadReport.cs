namespace InboundBridge.Operations.Status;

/// <summary>The outcome of a reload, for callers.</summary>
/// <param name="Applied">False: the old configuration stays in force.</param>
/// <param name="Version">The version of the configuration now in force.</param>
/// <param name="Problems">Errors and warnings, as <c>check</c> prints them.</param>
/// <param name="RestartNeeded">Keys whose new values take effect with the next start.</param>
internal sealed record ReloadReport(bool Applied, string Version, IReadOnlyList<string> Problems, IReadOnlyList<string> RestartNeeded);
