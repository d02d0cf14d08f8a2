namespace InboundBridge.Setup.Reloading;

/// <summary>What the last reload came to.</summary>
/// <param name="Cause">As in the log: <c>file change</c>, <c>SIGHUP</c>, the token of a request.</param>
/// <param name="Applied">False: the configuration before it stayed in force.</param>
/// <param name="Problems">Errors and warnings, as <c>check</c> prints them.</param>
public sealed record ReloadRecord(DateTimeOffset At, string Cause, bool Applied, IReadOnlyList<string> Problems);
