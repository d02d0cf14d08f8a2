namespace InboundBridge.MailFlow.TransportSecurity.MtaSts;

/// <summary>What is known about a domain's policy now.</summary>
/// <param name="Policy">Null for a domain without a policy; also where it could not be fetched and none is kept.</param>
/// <param name="Failure">The domain announces a policy that could not be fetched or read; for reports.</param>
public sealed record MtaStsFinding(MtaStsPolicy? Policy, TlsFailure? Failure = null, string? Detail = null)
{
    public static MtaStsFinding None { get; } = new(Policy: null);
}
