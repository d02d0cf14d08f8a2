namespace InboundBridge.MailFlow.TransportSecurity;

/// <summary>Counts and logs how sessions with mail exchangers went.</summary>
internal sealed class TransportObserver(TransportServices services, TransportLog log)
{
    public void Observe(SessionResult result)
    {
        var policy = PolicyWord(result.Policy);
        services.Metrics?.Count(policy, Outcome(result));
        services.Results?.Add(result);
        if (result.Failure is { } failure && result.Policy.Source != PolicySource.None)
            log.PolicyFailed(result.Host, result.Domain, failure.Word(), policy);
    }

    private static string Outcome(SessionResult result)
    {
        if (result.Failure is { } failure && result.Policy.Source != PolicySource.None)
            return failure.Word();
        if (!result.IsEncrypted)
            return "plain";
        return result.Policy.Source != PolicySource.None && result.Policy.Demand != ChannelDemand.Encrypted ? "verified" : "encrypted";
    }

    private static string PolicyWord(HostPolicy policy) => policy.Source switch
    {
        PolicySource.MtaSts => policy.IsTesting ? "mta_sts_testing" : "mta_sts",
        PolicySource.Dane => "dane",
        PolicySource.RequireTls => "requiretls",
        _ => "none",
    };
}
