namespace InboundBridge.MailFlow.TransportSecurity.MtaSts;

/// <summary>Fetches a domain's policy over HTTPS. Never throws except when cancelled; tests replace it.</summary>
internal delegate ValueTask<MtaStsFetched> MtaStsFetch(string domain, CancellationToken cancellationToken);

/// <summary>The result of a fetch: a policy, or a failure and what went wrong.</summary>
internal readonly record struct MtaStsFetched(MtaStsPolicy? Policy, TlsFailure Failure = default, string Detail = "");
