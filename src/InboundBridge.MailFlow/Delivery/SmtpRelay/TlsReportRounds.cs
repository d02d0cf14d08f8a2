using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.MailFlow.TransportSecurity.Reports;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>Reports about what relays to mail exchangers saw; https receivers with private addresses are not connected to.</summary>
public sealed class TlsReportRounds : IAsyncDisposable
{
    private readonly TlsReportHttps _https;
    private readonly TlsReporter _reporter;

    public TlsReportRounds(TlsResults results, IDnsResolver dns, TlsReportSubmission submit, TimeProvider clock, TransportLog log)
    {
        _https = new TlsReportHttps(new PolicyHttpsOptions { MayConnect = address => !PrivateAddresses.Contains(address) }, dns, clock);
        _reporter = new TlsReporter(results, dns, submit, _https.PostAsync, clock, log);
    }

    public async ValueTask DisposeAsync()
    {
        await _reporter.DisposeAsync();
        _https.Dispose();
    }
}
