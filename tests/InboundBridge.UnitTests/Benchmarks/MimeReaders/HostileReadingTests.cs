using InboundBridge.Benchmarks.MimeReaders;

namespace InboundBridge.UnitTests.Benchmarks.MimeReaders;

public class HostileReadingTests
{
    private const long Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(19.9, 4095 * Megabyte, null)]
    [InlineData(20, 0, "stopped after 20 s")]
    [InlineData(0, 4096 * Megabyte, "stopped after 4,096 MB")]
    public void Time_and_memory_are_bounded(double seconds, long octets, string? stopped) =>
        Assert.Equal(stopped, new ReadingLimits(20, 4096).Exceeded(TimeSpan.FromSeconds(seconds), octets));

    [Fact]
    public void A_reader_that_comes_to_its_end_says_what_it_took()
    {
        var (cost, stopped) = Run(new MailReaderOf(_ => { }), new ReadingLimits(3600, 1_000_000));
        Assert.Null(stopped);
        Assert.True(cost!.Octets >= 0 && cost.Cpu >= TimeSpan.Zero);
    }

    [Fact]
    public void A_reader_that_allocates_without_end_is_stopped()
    {
        using var over = new ManualResetEventSlim();
        var reader = new MailReaderOf(octets =>
        {
            while (octets.Length > 50 && !over.IsSet)
                GC.KeepAlive(new byte[1000]);
        });
        Assert.Equal((null, "stopped after 10 MB"), Run(reader, new ReadingLimits(3600, 10), large: 100));
        over.Set();
    }

    [Theory]
    [InlineData("", "ended its process")]
    [InlineData("out of memory\n", "out of memory")]
    public void A_process_without_figures_says_why(string output, string stopped) =>
        Assert.Equal((null, stopped), HostileReading.Parse(output));

    [Fact]
    public void Each_hostile_mail_can_be_made_small() =>
        Assert.All(ReaderMails.Hostile, mail => Assert.InRange(mail.Value(1000).Length, 10, 100_000));

    private static (ReaderCost? Cost, string? Stopped) Run(IMailReader reader, ReadingLimits limits, int large = 1)
    {
        using var output = new StringWriter();
        HostileReading.Run(reader, scale => new byte[scale == 1 ? large : 1], limits, TimeSpan.Zero, output);
        return HostileReading.Parse(output.ToString());
    }

    private sealed class MailReaderOf(Action<byte[]> read) : IMailReader
    {
        public string Name => "test";

        public MailAnswers Read(byte[] octets)
        {
            // Ordinary mails, which warm it up, are long.
            if (octets.Length < 1000)
                read(octets);
            return new MailAnswers([], [], [], null, null, null, null, null, []);
        }
    }
}
