using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Dmarc;

/// <summary>Finds the DMARC record of a domain as receivers do: for an operator who wants to see what they find.</summary>
public static class DmarcProbe
{
    /// <param name="domain">In lower case with A-labels.</param>
    public static async ValueTask<DmarcFinding> FindAsync(string domain, IDnsResolver dns, CancellationToken cancellationToken)
    {
        var policy = await AuthorPolicy.FindAsync(domain, new DmarcLookUps(domain, dns, dns, cancellationToken));
        return new DmarcFinding(policy.Record is null ? null : policy.RecordDomain, policy.IsUncertain, policy.Problem);
    }
}
