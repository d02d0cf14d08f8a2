using System.Text;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.Scanning.Rspamd;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Scanning.Rspamd;

/// <summary>rspamd's POST /checkv2: what it is told, and which answers count.</summary>
public class RspamdScannerTests
{
    private const string Ham = """{"is_skipped":false,"score":-0.1,"required_score":15.0,"action":"no action","symbols":{}}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_request_has_the_envelope_and_the_octets()
    {
        var rspamd = new Rspamd(Ok(Ham));
        await rspamd.ScanAsync(FakeScanner.Mail("Subject: hello\r\n\r\ntext\r\n"));
        Assert.Equal("POST /checkv2 HTTP/1.1", rspamd.Lines[0]);
        string[] expected =
        [
            "Connection: close", "Content-Length: 24", "From: <al@customer.example>", "Helo: client.example", "Host: 127.0.0.1:11333",
            "Hostname: host.customer.example", "IP: 192.0.2.1", "MTA-Name: mx.example.com", "Queue-Id: 01ABC",
            "Rcpt: <a@example.com>,<b@example.com>",
        ];
        Assert.Equal(expected, rspamd.Lines.Skip(1).Order(StringComparer.Ordinal));
        Assert.Equal("Subject: hello\r\n\r\ntext\r\n", Encoding.UTF8.GetString(rspamd.Body));
    }

    [Fact]
    public async Task Nothing_breaks_out_of_the_envelope()
    {
        var rspamd = new Rspamd(Ok(Ham));
        await rspamd.ScanAsync(FakeScanner.Mail(envelope: new MailEnvelope
        {
            Sender = "\"a>\r\nX-Evil: 1\"@x.example",
            Recipients =
            [
                new MailRecipient("\"a>,<postmaster\"@example.com"),
                .. Enumerable.Range(0, 200).Select(n => new MailRecipient($"r{n}@example.com")),
            ],
            Helo = "a\u0085b\u2028c\nX-Evil: 2",
            ClientIp = "unix:/run/sock\r\nX-Evil: 3",
            ClientName = new string('x', 10_000),
            User = "grün\0\ud800",
            TlsVersion = "TLSv1.3",
            TlsCipher = "TLS_AES_128_GCM_SHA256",
        }));
        Assert.DoesNotContain(rspamd.Lines,
            line => line.StartsWith("X-Evil", StringComparison.Ordinal) || line.StartsWith("IP:", StringComparison.Ordinal));
        Assert.Contains("From: <\"a???X-Evil: 1\"@x.example>", rspamd.Lines);
        Assert.Contains("Helo: a?b?c?X-Evil: 2", rspamd.Lines);
        Assert.Contains("User: grün??", rspamd.Lines);
        Assert.Contains("TLS-Version: TLSv1.3", rspamd.Lines);
        Assert.Contains("Hostname: " + new string('x', 512), rspamd.Lines);
        var field = Assert.Single(rspamd.Lines, line => line.StartsWith("Rcpt: ", StringComparison.Ordinal));
        var recipients = field["Rcpt: ".Length..].Split(',');
        Assert.Equal(100, recipients.Length);
        Assert.Equal("<\"a???postmaster\"@example.com>", recipients[0]);
    }

    [Fact]
    public async Task The_null_reverse_path_is_told_as_such_and_what_is_unknown_is_left_out()
    {
        var rspamd = new Rspamd(Ok(Ham));
        await rspamd.ScanAsync(FakeScanner.Mail(
            envelope: new MailEnvelope { Sender = "", Recipients = [new MailRecipient("a@example.com")], ClientIp = "::ffff:192.0.2.7" }));
        Assert.Contains("From: <>", rspamd.Lines);
        Assert.Contains("IP: 192.0.2.7", rspamd.Lines);
        Assert.DoesNotContain(rspamd.Lines,
            line => line.StartsWith("Helo", StringComparison.Ordinal) || line.StartsWith("User:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200_000)]
    public async Task A_mail_in_a_file_is_streamed(int length)
    {
        var octets = new byte[length];
        new Random(length).NextBytes(octets);
        var rspamd = new Rspamd(Ok(Ham));
        await rspamd.ScanAsync(FakeScanner.Mail() with { Content = new PieceContent(octets) });
        Assert.Equal(octets, rspamd.Body);
    }

    [Fact]
    public async Task Score_action_and_symbols_are_read()
    {
        var verdict = await new Rspamd(Ok("""
            {"score": 7.25, "required_score": 15, "action": "add header", "message-id": "x", "urls": ["a.example"],
             "symbols": {"GTUBE": {"name": "GTUBE", "score": 5.5, "options": ["x"]}, "R_SPF_ALLOW": {"score": -0.2}, "ODD": 3, "NONE": {}}}
            """)).ScanAsync(FakeScanner.Mail());
        Assert.Equal((7.25, "add header", 15.0), (verdict.Score, verdict.Action, verdict.RequiredScore!.Value));
        Assert.Equal(["GTUBE=5.5", "NONE=0", "R_SPF_ALLOW=-0.2"],
            verdict.Symbols.Select(symbol => FormattableString.Invariant($"{symbol.Key}={symbol.Value}")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_it_says_is_bounded_and_printable()
    {
        var symbols = string.Join(",", Enumerable.Range(0, 1000).Select(n => $"\"S{n}\":{{\"score\":1}}"));
        var verdict = await new Rspamd(Ok(
            $$$"""{"score":1e999,"score":2,"required_score":1e999,"action":"reject\r\n{{{new string('x', 500)}}}","symbols":{"A\u0000\u2028":{"score":1e999},{{{symbols}}}}}""")).ScanAsync(FakeScanner.Mail());
        Assert.Equal(200, verdict.Symbols.Count);
        Assert.Equal(0, verdict.Symbols["A?"]);
        Assert.Null(verdict.RequiredScore);
        Assert.Equal(64, verdict.Action.Length);
        Assert.StartsWith("reject??x", verdict.Action, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("score: 7")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"score": 7}""")]
    [InlineData("""{"action": "reject"}""")]
    [InlineData("""{"score": "7", "action": "reject"}""")]
    [InlineData("""{"score": 7, "action": null}""")]
    [InlineData("""{"score": 1e999, "action": "reject"}""")]
    [InlineData("""{"error": "cannot parse the mail"}""")]
    [InlineData("""{"score": 7, "action": "rej""")]
    [InlineData("{\"score\": 7, \"action\": \"\u00ff\u00fe\"}")]
    public async Task Wrong_answers_are_no_answer(string json)
    {
        var answer = Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {json.Length}\r\n\r\n{json}");
        await Assert.ThrowsAsync<ScannerUnavailableException>(() => new Rspamd(answer).ScanAsync(FakeScanner.Mail()));
    }

    [Theory]
    [InlineData("HTTP/1.1 500 Error\r\nContent-Length: 0\r\n\r\n", "status 500")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "status 302")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"score\"", "rspamd: ")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "rspamd: ")]
    [InlineData("SMTP ready\r\n", "rspamd: ")]
    [InlineData("", "rspamd: ")]
    public async Task Wrong_http_is_no_answer(string answer, string reason)
    {
        var fault = await Assert.ThrowsAsync<ScannerUnavailableException>(
            () => new Rspamd(Encoding.ASCII.GetBytes(answer)).ScanAsync(FakeScanner.Mail()));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "4\r\nxxxx\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "xxxxxxxxxxxxxxxx")]
    [InlineData("HTTP/1.1 200 OK\r\n", "X-Header: value\r\n")]
    public async Task An_answer_that_never_ends_is_given_up(string start, string more)
    {
        var fake = new FakeScanner(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(start), stop);
            var block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(more, 1000)));
            while (true)
                await stream.WriteAsync(block, stop);
        });
        var scanner = new RspamdScanner(
            new Uri("http://127.0.0.1:11333"), new ScannerLimits(), new WatchedTimeProvider(), fake.ConnectAsync);
        await Assert.ThrowsAsync<ScannerUnavailableException>(() => scanner.ScanAsync(FakeScanner.Mail(), Stop));
    }

    [Fact]
    public async Task A_silent_scanner_costs_no_more_than_the_time_out()
    {
        var clock = new WatchedTimeProvider();
        var fake = new FakeScanner((_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        var scanner = new RspamdScanner(new Uri("http://127.0.0.1:11333"), new ScannerLimits(), clock, fake.ConnectAsync);
        var scan = scanner.ScanAsync(FakeScanner.Mail(new byte[1_000_000]), Stop);
        await clock.TimerSetAsync(TimeSpan.FromSeconds(10));
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("rspamd gave no answer within 10 s", (await Assert.ThrowsAsync<ScannerUnavailableException>(() => scan)).Message);
    }

    /// <summary>The connection swallows even its close. The scan ends in time, and what still hangs holds nothing of the mail.</summary>
    [Fact]
    public async Task A_send_that_hangs_for_ever_does_not_hold_the_mail()
    {
        var (hung, clock) = (new HungStream(), new WatchedTimeProvider());
        var scanner = new RspamdScanner(
            new Uri("http://127.0.0.1:11333"), new ScannerLimits(), clock, _ => new ValueTask<Stream>(hung));
        var content = new CountedContent(new byte[300_000]);
        var scan = scanner.ScanAsync(FakeScanner.Mail() with { Content = content }, Stop);
        await hung.Hanging.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        clock.Advance(TimeSpan.FromSeconds(10));
        var fault = await Assert.ThrowsAsync<ScannerUnavailableException>(() => scan.WaitAsync(TimeSpan.FromSeconds(30), Stop));
        Assert.Equal("rspamd gave no answer within 10 s", fault.Message);
        var reads = content.Reads;
        hung.Release();
        Assert.Equal(reads, content.Reads);
    }

    [Theory]
    [InlineData("http://h:1", "/checkv2")]
    [InlineData("http://h:1/", "/checkv2")]
    [InlineData("http://h:1/rspamd/", "/rspamd/checkv2")]
    [InlineData("http://h:1/checkv2", "/checkv2")]
    public async Task The_command_is_added_to_the_url(string url, string path)
    {
        var rspamd = new Rspamd(Ok(Ham), url);
        await rspamd.ScanAsync(FakeScanner.Mail());
        Assert.Equal($"POST {path} HTTP/1.1", rspamd.Lines[0]);
    }

    private static byte[] Ok(string json) =>
        Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    /// <summary>Answers one request, and keeps it.</summary>
    private sealed class Rspamd
    {
        private readonly RspamdScanner _scanner;

        public Rspamd(byte[] answer, string url = "http://127.0.0.1:11333")
        {
            var fake = new FakeScanner(async (stream, stop) =>
            {
                await ReadAsync(stream, stop);
                await stream.WriteAsync(answer, stop);
            });
            _scanner = new RspamdScanner(new Uri(url), new ScannerLimits(), new WatchedTimeProvider(), fake.ConnectAsync);
        }

        public string[] Lines { get; private set; } = [];

        public byte[] Body { get; private set; } = [];

        public Task<InboundBridge.MailFlow.Verdicts.SpamVerdict> ScanAsync(ScannedMail mail) => _scanner.ScanAsync(mail, Stop);

        private async Task ReadAsync(Stream stream, CancellationToken stop)
        {
            var head = new List<byte>();
            var octet = new byte[1];
            while (!Encoding.UTF8.GetString([.. head]).EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                await stream.ReadExactlyAsync(octet, stop);
                head.Add(octet[0]);
            }
            Lines = Encoding.UTF8.GetString([.. head]).TrimEnd().Split("\r\n");
            var length = Lines.Single(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))["Content-Length: ".Length..];
            Body = new byte[int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(Body, stop);
        }
    }

    /// <summary>Hangs in the second write of the body, also when it is disposed of, until it is released.</summary>
    private sealed class HungStream : Stream
    {
        private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new();
        private int _pieces;

        public Task Hanging => _hanging.Task;

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Release() => _released.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.Length < 32 * 1024 || ++_pieces < 2)
                return;
            _hanging.TrySetResult();
            await _released.Task;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _released.Task;
            return 0;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    private sealed class CountedContent(byte[] octets) : MailContent
    {
        public int Reads { get; private set; }

        public override long Length => octets.Length;

        public override int Read(long offset, Span<byte> destination)
        {
            Reads++;
            var count = Math.Min(octets.Length - (int)offset, destination.Length);
            octets.AsSpan((int)offset, count).CopyTo(destination);
            return count;
        }
    }

    /// <summary>Not in memory.</summary>
    private sealed class PieceContent(byte[] octets) : MailContent
    {
        public override long Length => octets.Length;

        public override int Read(long offset, Span<byte> destination)
        {
            var rest = octets.AsSpan((int)offset);
            var count = Math.Min(rest.Length, Math.Min(destination.Length, 1000));
            rest[..count].CopyTo(destination);
            return count;
        }
    }
}
