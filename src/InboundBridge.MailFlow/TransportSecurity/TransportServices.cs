using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.TransportSecurity.Reports;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.TransportSecurity;

/// <summary>What all relays to mail exchangers share.</summary>
/// <param name="Notes">Where policies of other domains are kept.</param>
public sealed record TransportServices(ISpoolNotes Notes, ILoggerFactory Logs)
{
    /// <summary>Null: nothing is counted.</summary>
    public TransportMetrics? Metrics { get; init; }

    /// <summary>Null: nothing is collected for reports.</summary>
    public TlsResults? Results { get; init; }
}
