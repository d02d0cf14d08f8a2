using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Text;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.Scanning.Rspamd;

/// <summary>
/// Asks rspamd by <c>POST /checkv2</c>: the envelope in the request's header, the mail as its body, streamed once. Each mail has a
/// connection of its own, since rspamd closes it after its answer, also where the request asks to keep it (rspamd 3.4). At most
/// <see cref="ScannerLimits.Concurrency"/> connections are open.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Each request closes its connection, so the client keeps nothing open.")]
public sealed class RspamdScanner
{
    private const string Command = "checkv2";

    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly ScannerTurns _turns;

    /// <param name="url">Of rspamd's normal worker or proxy; <c>/checkv2</c> is added where it is missing.</param>
    /// <param name="connect">Null: to the URL's host over TCP.</param>
    public RspamdScanner(Uri url, ScannerLimits limits, TimeProvider clock, ScannerConnect? connect = null)
    {
        _url = WithCommand(url);
        _turns = new ScannerTurns("rspamd", limits, clock);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = RspamdLimits.MostHeaderKilobytes,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            UseCookies = false,
            UseProxy = false,
        };
        if (connect is not null)
            handler.ConnectCallback = (_, cancellationToken) => connect(cancellationToken);
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <exception cref="ScannerUnavailableException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">The mail was given up.</exception>
    public Task<SpamVerdict> ScanAsync(ScannedMail mail, CancellationToken cancellationToken) =>
        _turns.RunAsync(either => AskAsync(mail, either), cancellationToken);

    private static Uri WithCommand(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        return path.EndsWith($"/{Command}", StringComparison.Ordinal) ? url : new Uri(url, $"{path}/{Command}");
    }

    private async Task<SpamVerdict> AskAsync(ScannedMail mail, CancellationToken cancellationToken)
    {
        var body = new MailBody(mail.Content);
        try
        {
            // A cancelled request ends when its connection is closed. This does not wait for a connection that can't be closed.
            return await AskAsync(mail, body, cancellationToken).WaitAsync(cancellationToken);
        }
        finally
        {
            // An answer, or the time-out, may come before the whole mail was sent.
            await body.AbandonAsync();
        }
    }

    private async Task<SpamVerdict> AskAsync(ScannedMail mail, MailBody mailBody, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = mailBody };
        request.Headers.ConnectionClose = true;
        RspamdEnvelope.Write(request.Headers, mail);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new ScannerUnavailableException(
                string.Create(CultureInfo.InvariantCulture, $"rspamd answered with the status {(int)answer.StatusCode}"));
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        return RspamdAnswer.Read(await ReadAsync(body, cancellationToken));
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var octets = new byte[16 * 1024];
        var length = 0;
        while (await body.ReadAsync(octets.AsMemory(length), cancellationToken) is > 0 and var count)
        {
            length += count;
            if (length > RspamdLimits.MostOctets)
                throw new ScannerUnavailableException($"rspamd's answer has more than {RspamdLimits.MostOctets} octets");
            if (length == octets.Length)
                Array.Resize(ref octets, length * 2);
        }
        return octets.AsMemory(0, length);
    }
}
