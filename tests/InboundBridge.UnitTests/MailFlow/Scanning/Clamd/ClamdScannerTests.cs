using System.Text;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.Scanning.Clamd;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Scanning.Clamd;

/// <summary>clamd's INSTREAM: the whole mail arrives, and only a whole, known answer counts.</summary>
public class ClamdScannerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData(64 * 1024 + 1)]
    [InlineData(300_000)]
    public async Task The_mail_arrives_octet_for_octet(int length)
    {
        var octets = new byte[length];
        new Random(length).NextBytes(octets);
        byte[]? seen = null;
        var fake = new FakeScanner(async (stream, stop) =>
        {
            seen = await FakeScanner.ReadStreamAsync(stream, stop);
            await stream.WriteAsync("stream: OK\0"u8.ToArray(), stop);
        });
        var verdict = await Scanner(fake).ScanAsync(FakeScanner.Mail(octets), Stop);
        Assert.Null(verdict.Name);
        Assert.Equal(octets, seen);
    }

    [Theory]
    [InlineData("stream: OK\0", null)]
    [InlineData("stream: Eicar-Test-Signature FOUND\0", "Eicar-Test-Signature")]
    [InlineData("stream: Our.Test.UNOFFICIAL FOUND\0", "Our.Test.UNOFFICIAL")]
    [InlineData("stream: OK FOUND\0", "OK")]
    [InlineData("stream: a\r\nX-Evil: \u00e9\u007f FOUND\0", "a??X-Evil: ??")]
    public async Task An_answer_is_understood(string answer, string? name) =>
        Assert.Equal(name, (await Scanner(FakeScanner.Clamd(answer)).ScanAsync(FakeScanner.Mail(), Stop)).Name);

    [Theory]
    [InlineData("", "without an answer")]
    [InlineData("stream: OK", "cut")]
    [InlineData("stream: Eicar FOU", "cut")]
    [InlineData("stream: ok\0", "clamd: stream: ok")]
    [InlineData("stream:  FOUND\0", "stream:  FOUND")]
    [InlineData(" OK\0", "clamd: OK")]
    [InlineData("\0", "clamd: ")]
    [InlineData("stream: Can't allocate memory ERROR\0", "Can't allocate memory ERROR")]
    [InlineData("INSTREAM size limit exceeded. ERROR\0", "StreamMaxLength")]
    public async Task Anything_else_is_no_answer(string answer, string reason)
    {
        var fault = await Assert.ThrowsAsync<ScannerUnavailableException>(
            () => Scanner(FakeScanner.Clamd(answer)).ScanAsync(FakeScanner.Mail(), Stop));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_never_ends_is_given_up_after_a_kilobyte()
    {
        var fake = new FakeScanner(async (stream, stop) =>
        {
            while (true)
                await stream.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 100)), stop);
        });
        var fault = await Assert.ThrowsAsync<ScannerUnavailableException>(() => Scanner(fake).ScanAsync(FakeScanner.Mail(), Stop));
        Assert.Contains("more than 1024 octets", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scanner_that_closes_in_the_middle_is_heard()
    {
        var fake = new FakeScanner(async (stream, stop) =>
        {
            await stream.ReadExactlyAsync(new byte[1000], stop);
            await stream.WriteAsync("INSTREAM size limit exceeded. ERROR\0"u8.ToArray(), stop);
        })
        { Room = 64 * 1024 };
        var fault = await Assert.ThrowsAsync<ScannerUnavailableException>(
            () => Scanner(fake).ScanAsync(FakeScanner.Mail(new byte[1_000_000]), Stop));
        Assert.Contains("StreamMaxLength", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_is_not_clean_that_the_scanner_did_not_see_whole()
    {
        var fake = new FakeScanner(async (stream, stop) =>
        {
            await stream.WriteAsync("stream: OK\0"u8.ToArray(), stop);
            await stream.ReadExactlyAsync(new byte[1000], stop);
        })
        { Room = 64 * 1024 };
        var fault = await Assert.ThrowsAsync<ScannerUnavailableException>(
            () => Scanner(fake).ScanAsync(FakeScanner.Mail(new byte[1_000_000]), Stop));
        Assert.Contains("before it had the whole mail", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_scanner_costs_no_more_than_the_time_out()
    {
        var clock = new WatchedTimeProvider();
        var fake = new FakeScanner((_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        var scan = Scanner(fake, clock).ScanAsync(FakeScanner.Mail(), Stop);
        await clock.TimerSetAsync(TimeSpan.FromSeconds(10));
        clock.Advance(TimeSpan.FromSeconds(10));
        var fault = await Assert.ThrowsAsync<ScannerUnavailableException>(() => scan);
        Assert.Equal("clamd gave no answer within 10 s", fault.Message);
    }

    [Fact]
    public async Task Mails_beyond_the_limit_wait_for_a_place_within_their_time_out()
    {
        var clock = new WatchedTimeProvider();
        var answers = new TaskCompletionSource();
        var fake = new FakeScanner(async (stream, stop) =>
        {
            await FakeScanner.ReadStreamAsync(stream, stop);
            await answers.Task;
            await stream.WriteAsync("stream: OK\0"u8.ToArray(), stop);
        });
        var scanner = new ClamdScanner(fake.ConnectAsync, new ScannerLimits { Concurrency = 2 }, clock);
        var first = scanner.ScanAsync(FakeScanner.Mail(), Stop);
        clock.Advance(TimeSpan.FromSeconds(1));
        var (second, third) = (scanner.ScanAsync(FakeScanner.Mail(), Stop), scanner.ScanAsync(FakeScanner.Mail(), Stop));
        Assert.Equal(2, fake.Connections);
        clock.Advance(TimeSpan.FromSeconds(9));
        await Assert.ThrowsAsync<ScannerUnavailableException>(() => first);
        answers.SetResult();
        Assert.Null((await second).Name);
        Assert.Null((await third).Name);
        Assert.Equal(3, fake.Connections);
    }

    [Fact]
    public async Task A_mail_that_finds_no_place_says_so()
    {
        var clock = new WatchedTimeProvider();
        var fake = new FakeScanner((_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        var scanner = new ClamdScanner(fake.ConnectAsync, new ScannerLimits { Concurrency = 1 }, clock);
        var first = scanner.ScanAsync(FakeScanner.Mail(), Stop);
        var second = scanner.ScanAsync(FakeScanner.Mail(), Stop);
        clock.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<ScannerUnavailableException>(() => first);
        var fault = await Assert.ThrowsAsync<ScannerUnavailableException>(() => second);
        Assert.Contains("1 other mails", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scanner_that_is_not_there_is_named()
    {
        var scanner = new ClamdScanner(
            _ => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused), new ScannerLimits(),
            new WatchedTimeProvider());
        var fault = await Assert.ThrowsAsync<ScannerUnavailableException>(() => scanner.ScanAsync(FakeScanner.Mail(), Stop));
        Assert.StartsWith("clamd: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_that_is_given_up_is_no_fault_of_the_scanner()
    {
        using var gone = new CancellationTokenSource();
        var fake = new FakeScanner((_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        var scan = Scanner(fake).ScanAsync(FakeScanner.Mail(), gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scan);
    }

    [Fact]
    public async Task A_mail_that_cannot_be_read_is_not_clean()
    {
        var mail = FakeScanner.Mail() with { Content = new BrokenContent() };
        var fake = new FakeScanner((stream, stop) => stream.ReadExactlyAsync(new byte[10_000], stop).AsTask());
        var clock = new WatchedTimeProvider();
        var scan = Scanner(fake, clock).ScanAsync(mail, Stop);
        clock.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<ScannerUnavailableException>(() => scan);
    }

    private static ClamdScanner Scanner(FakeScanner fake, TimeProvider? clock = null) =>
        new(fake.ConnectAsync, new ScannerLimits(), clock ?? new WatchedTimeProvider());

    private sealed class BrokenContent : MailContent
    {
        public override long Length => 1000;

        public override int Read(long offset, Span<byte> destination) => throw new IOException("the disk is broken");
    }
}
