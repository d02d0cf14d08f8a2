using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.TransportSecurity.MtaSts;

/// <summary>Fetches a domain's policy once, as other mail servers do: for an operator who wants to see what they get.</summary>
public static class MtaStsProbe
{
    /// <summary>The operator's own web server may have a private address, so every address is connected to.</summary>
    /// <returns>The policy, or what went wrong.</returns>
    public static async ValueTask<(MtaStsPolicy? Policy, string Problem)> FetchAsync(
        string domain, IDnsResolver dns, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var https = new MtaStsHttps(new PolicyHttpsOptions { MayConnect = _ => true }, dns, clock);
        var fetched = await https.FetchAsync(domain, cancellationToken);
        return (fetched.Policy, fetched.Detail);
    }
}
