namespace InboundBridge.Rules.Contract;

/// <summary>The recipient that a decision is for, split into its parts.</summary>
public sealed record RuleRecipient
{
    /// <param name="address">Canonical: the domain in lower case and A-labels.</param>
    public RuleRecipient(string address)
    {
        Address = address;
        var at = address.LastIndexOf('@');
        Domain = at < 0 ? string.Empty : address[(at + 1)..];
        Local = at < 0 ? address : address[..at];
        var plus = Local.IndexOf('+', StringComparison.Ordinal);
        Tag = plus < 0 ? null : Local[(plus + 1)..];
    }

    public string Address { get; }

    public string Local { get; }

    /// <summary>The part of the local part behind its first <c>+</c>; null without one.</summary>
    public string? Tag { get; }

    public string Domain { get; }
}
