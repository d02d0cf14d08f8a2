namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>A record, read as a whole before it is evaluated (RFC 7208 §4.6). Immutable, so that it can be shared.</summary>
/// <param name="Problem">The first syntax error; null when the record is valid.</param>
internal sealed record SpfRecord(
    IReadOnlyList<SpfMechanism> Mechanisms, SpfMacroText? Redirect, SpfMacroText? Explanation, string? Problem)
{
    private const string Version = "v=spf1";

    /// <summary>RFC 7208 §4.5: the version is followed by a space or by nothing.</summary>
    public static bool IsRecord(string text) =>
        text.StartsWith(Version, StringComparison.OrdinalIgnoreCase) && (text.Length == Version.Length || text[Version.Length] == ' ');

    public static SpfRecord Read(string text) => new SpfRecordParser().Read(text.AsSpan(Version.Length));

    public static SpfRecord Invalid(string problem) => new([], null, null, problem);
}
