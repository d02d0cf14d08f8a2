using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>
/// Sends the reports of times that have ended to the domains that ask for them (RFC 8460), and keeps the figures of the present one in the
/// spool. One node sends a report for all of them. Its figures are deleted then, so that nobody sends it twice. A crash between the two
/// sends that report again, with the same id.
/// </summary>
internal sealed class TlsReporter : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly TlsResults _results;
    private readonly IDnsResolver _dns;
    private readonly TlsReportSubmission _submit;
    private readonly TlsReportPost _post;
    private readonly TimeProvider _clock;
    private readonly TransportLog _log;
    private readonly ITimer _timer;
    private readonly SemaphoreSlim _running = new(1, 1);
    private readonly CancellationTokenSource _stop = new();

    public TlsReporter(
        TlsResults results, IDnsResolver dns, TlsReportSubmission submit, TlsReportPost post, TimeProvider clock, TransportLog log)
    {
        (_results, _dns, _submit, _post, _clock, _log) = (results, dns, submit, post, clock, log);
        // Begun between what else runs every minute.
        _timer = clock.CreateTimer(_ => _ = TickAsync(), null, Interval / 2, Interval);
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _stop.CancelAsync();
        await _running.WaitAsync();
        try
        {
            if (_results.Terms is not null)
                await _results.FlushAsync(CancellationToken.None);
        }
        catch (SpoolUnavailableException fault)
        {
            _log.ResultsUnwritten(fault.GetBaseException().Message);
        }
        _running.Dispose();
        _stop.Dispose();
    }

    /// <summary>One round: writes figures, and sends what is due.</summary>
    /// <exception cref="SpoolUnavailableException">The rest is done in the next round.</exception>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_results.Terms is not { } terms)
            return;
        await _results.FlushAsync(cancellationToken);
        foreach (var scope in await _results.Parts.ListDueAsync(cancellationToken))
        {
            var (isOurs, late) = await _results.Parts.TryBeginAsync(scope, cancellationToken);
            if (isOurs)
                await ReportAsync(scope, terms, cancellationToken);
            else if (late > 0)
                _log.ResultsLeftOut(scope.Domain, late, "the report was sent without them");
        }
    }

    private async Task ReportAsync(TlsReportScope scope, TlsReportTerms terms, CancellationToken cancellationToken)
    {
        var isOver = false;
        try
        {
            var (tally, parts, unread) = await _results.Parts.JoinAsync(scope, cancellationToken);
            // Without parts another node has sent it between our looks.
            var end = parts.Count == 0 ? ReportEnd.NotWanted : await SendAsync(tally, terms, cancellationToken);
            isOver = end != ReportEnd.NotSent;
            if (end == ReportEnd.Sent && unread > 0)
                _log.ResultsLeftOut(scope.Domain, unread, "they can't be read");
            if (isOver)
                await _results.Parts.ForgetAsync(scope, parts, end == ReportEnd.Sent, cancellationToken);
        }
        finally
        {
            if (!isOver)
                await _results.Parts.EndAsync(scope, CancellationToken.None);
        }
    }

    private async Task TickAsync()
    {
        // A round that takes longer than a minute is not overtaken.
        if (!await _running.WaitAsync(0))
            return;
        try
        {
            await RunAsync(_stop.Token);
        }
        catch (SpoolUnavailableException fault)
        {
            _log.ResultsUnwritten(fault.GetBaseException().Message);
        }
        catch (OperationCanceledException)
        {
            // Stopped: what was not sent is in the spool.
            return;
        }
        finally
        {
            _running.Release();
        }
    }

    private async ValueTask<ReportEnd> SendAsync(DomainTally tally, TlsReportTerms terms, CancellationToken cancellationToken)
    {
        var answer = await _dns.LookUpAsync(TlsReportRecord.NameFor(tally.Domain), DnsRecordType.Txt, cancellationToken);
        if (answer.IsTemporary)
            return ReportEnd.NotSent;
        var receivers = TlsReportRecord.ReceiversOf(answer);
        if (receivers.Count == 0)
            return ReportEnd.NotWanted;
        var id = IdOf(tally, terms);
        var packed = Pack(TlsReportJson.Write(tally, terms, id));
        var isSent = false;
        foreach (var receiver in receivers)
        {
            var problem = receiver.Scheme == "https"
                ? await _post(receiver, packed, cancellationToken)
                : await MailAsync(receiver, tally, terms, id, packed, cancellationToken);
            isSent |= problem is null;
            if (problem is null)
                _log.ReportSent(tally.Domain, receiver.Scheme, id);
            else
                _log.ReportNotSent(tally.Domain, receiver.Scheme, problem);
        }
        return isSent ? ReportEnd.Sent : ReportEnd.NotSent;
    }

    /// <returns>Null, or what went wrong.</returns>
    private async ValueTask<string?> MailAsync(
        Uri receiver, DomainTally tally, TlsReportTerms terms, string id, byte[] packed, CancellationToken cancellationToken)
    {
        if (TlsReportRecord.MailboxOf(receiver) is not { } to)
            return "its mailto: holds no address";
        await _submit(terms.From, to, TlsReportMail.Write(tally, terms, to, id, packed, _clock.GetUtcNow()), cancellationToken);
        return null;
    }

    /// <summary>The same for the same report.</summary>
    private static string IdOf(DomainTally tally, TlsReportTerms terms)
    {
        var key = string.Create(
            CultureInfo.InvariantCulture, $"{tally.Domain} {tally.Begin.UtcTicks} {tally.End.UtcTicks} {terms.Organization}");
        return $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..24]}@{terms.Organization}";
    }

    private static byte[] Pack(byte[] json)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
            gzip.Write(json);
        return packed.ToArray();
    }

    private enum ReportEnd
    {
        /// <summary>To one of its receivers at least.</summary>
        Sent,

        /// <summary>The domain asks for no reports.</summary>
        NotWanted,

        NotSent,
    }
}
