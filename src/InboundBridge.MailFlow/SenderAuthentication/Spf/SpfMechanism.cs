using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>A directive of a record (RFC 7208 §4.6.1, §5): a closed set.</summary>
/// <param name="Result">Of a match, by the qualifier.</param>
/// <param name="Text">As published.</param>
internal abstract record SpfMechanism(CheckResult Result, string Text)
{
    public sealed record All(CheckResult Result, string Text) : SpfMechanism(Result, Text);

    public sealed record Network(CheckResult Result, string Text, SpfNetwork Range) : SpfMechanism(Result, Text);

    /// <param name="Target">Null for the current domain, here and below.</param>
    public sealed record Address(CheckResult Result, string Text, SpfMacroText? Target, SpfPrefixes Prefixes) : SpfMechanism(Result, Text);

    public sealed record Exchangers(CheckResult Result, string Text, SpfMacroText? Target, SpfPrefixes Prefixes)
        : SpfMechanism(Result, Text);

    public sealed record ClientName(CheckResult Result, string Text, SpfMacroText? Target) : SpfMechanism(Result, Text);

    public sealed record Include(CheckResult Result, string Text, SpfMacroText Target) : SpfMechanism(Result, Text);

    public sealed record Exists(CheckResult Result, string Text, SpfMacroText Target) : SpfMechanism(Result, Text);
}
