using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.TransportSecurity;

/// <summary>Events of policies. The queue logs the events of mails.</summary>
public sealed partial class TransportLog(ILogger<TransportLog> logger)
{
    [LoggerMessage(EventId = 4201, EventName = "mta_sts_fetched", Level = LogLevel.Debug,
        Message = "MTA-STS policy of {Domain}: id {Id}, mode {Mode}")]
    internal partial void PolicyFetched(string domain, string id, MtaStsMode mode);

    [LoggerMessage(EventId = 4202, EventName = "mta_sts_not_fetched", Level = LogLevel.Warning,
        Message = "the MTA-STS policy of a domain can't be fetched domain={Domain} failure={Failure}: {Detail}")]
    internal partial void PolicyNotFetched(string domain, string failure, string detail);

    [LoggerMessage(EventId = 4203, EventName = "mta_sts_unread", Level = LogLevel.Warning,
        Message = "the MTA-STS policy that is kept of a domain can't be read domain={Domain}: {Problem}")]
    internal partial void PolicyUnread(string domain, string problem);

    [LoggerMessage(EventId = 4204, EventName = "mta_sts_unwritten", Level = LogLevel.Warning,
        Message = "the MTA-STS policy of a domain is not kept over a restart domain={Domain}: {Problem}")]
    internal partial void PolicyUnwritten(string domain, string problem);

    [LoggerMessage(EventId = 4206, EventName = "tls_report_sent", Level = LogLevel.Information,
        Message = "TLS report about {Domain} sent by {Way}: {Report}")]
    internal partial void ReportSent(string domain, string way, string report);

    [LoggerMessage(EventId = 4207, EventName = "tls_report_not_sent", Level = LogLevel.Warning,
        Message = "a TLS report can't be sent domain={Domain} receiver={Receiver}: {Problem}")]
    internal partial void ReportNotSent(string domain, string receiver, string problem);

    [LoggerMessage(EventId = 4208, EventName = "tls_results_unwritten", Level = LogLevel.Warning,
        Message = "figures for TLS reports are kept in memory only: {Problem}")]
    internal partial void ResultsUnwritten(string problem);

    [LoggerMessage(EventId = 4209, EventName = "tls_results_left_out", Level = LogLevel.Warning,
        Message = "figures are missing in the TLS report about a domain domain={Domain} parts={Parts}: {Problem}")]
    internal partial void ResultsLeftOut(string domain, int parts, string problem);

    [LoggerMessage(EventId = 4205, EventName = "tls_policy_failed", Level = LogLevel.Warning,
        Message = "the policy of a domain forbids this host for its mail host={Host} domain={Domain} failure={Failure} policy={Policy}")]
    internal partial void PolicyFailed(string host, string domain, string failure, string policy);
}
