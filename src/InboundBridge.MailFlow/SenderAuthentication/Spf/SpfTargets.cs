namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>The names that the terms of one check ask about.</summary>
internal sealed class SpfTargets(SpfMacroValues values, SpfClientNames names)
{
    /// <summary>
    /// The name to look up. It may still be none that the DNS can have; then nothing is found. Null: nothing may match (RFC 8616 §4).
    /// </summary>
    /// <param name="target">Null for the domain itself.</param>
    public async ValueTask<string?> FindAsync(SpfMacroText? target, string domain, CancellationToken cancellationToken)
    {
        if (target is null)
            return domain;
        if (target.NamesLocalPart && !values.HasAsciiLocalPart)
            return null;
        return Expand(target, domain, target.NamesClient ? await names.ChooseAsync(domain, cancellationToken) : string.Empty);
    }

    /// <summary>The same where nothing has to be looked up for it; null otherwise.</summary>
    public string? FindNow(SpfMacroText? target, string domain)
    {
        if (target is null)
            return domain;
        return target.NamesClient || (target.NamesLocalPart && !values.HasAsciiLocalPart) ? null : Expand(target, domain, string.Empty);
    }

    /// <summary>The text of an explanation, cut.</summary>
    public async ValueTask<string> ExplainAsync(SpfMacroText text, string domain, int most, CancellationToken cancellationToken) =>
        text.ExpandStart(values, domain, text.NamesClient ? await names.ChooseAsync(domain, cancellationToken) : string.Empty, most);

    private string Expand(SpfMacroText target, string domain, string clientName) =>
        SpfTargetName.Cut(target.ExpandEnd(values, domain, clientName, SpfTargetName.Longest + 2));
}
