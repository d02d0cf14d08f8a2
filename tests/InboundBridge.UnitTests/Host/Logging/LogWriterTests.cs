using System.Text;
using InboundBridge.Configuration.Options;
using InboundBridge.Logging;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Host.Logging;

public class LogWriterTests
{
    [Fact]
    public void Everything_is_written_in_order_before_it_is_disposed_of()
    {
        using var output = new MemoryStream();
        using (var writer = new LogWriter(output, _ => []))
            for (var line = 0; line < 1000; line++)
                writer.Write(Encoding.UTF8.GetBytes($"{line}\n"));
        Assert.Equal(string.Concat(Enumerable.Range(0, 1000).Select(line => $"{line}\n")), Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void A_log_that_nobody_reads_delays_nothing_and_reports_lost_lines()
    {
        using var output = new StuckStream();
        using (var writer = new LogWriter(output, lost => Encoding.UTF8.GetBytes($"lost {lost}\n")))
        {
            writer.Write("first\n"u8);
            output.WaitUntilStuck();
            for (var line = 0; line < LogWriter.MostLines + 5; line++)
                writer.Write("x\n"u8);
            output.Release();
        }
        Assert.Contains("lost 5\n", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_writer_continues_after_its_reader_has_gone()
    {
        using var output = new BrokenStream();
        using (var writer = new LogWriter(output, _ => []))
        {
            writer.Write("a\n"u8);
            output.WaitUntilTried();
            writer.Write("b\n"u8);
        }
        Assert.Equal(2, output.Tries);
    }

    [Fact]
    public void What_a_full_disk_did_not_take_is_counted_and_told_when_there_is_room()
    {
        using var output = new FullStream();
        var writer = new LogWriter(output, lost => Encoding.UTF8.GetBytes($"lost {lost}\n"));
        using (writer)
        {
            writer.Write("a\n"u8);
            UntilLost(1);
            writer.Write("b\n"u8);
            UntilLost(2);
            output.IsFull = false;
            writer.Write("c\n"u8);
        }
        Assert.Equal("c\nlost 2\n", Encoding.UTF8.GetString(output.ToArray()));

        void UntilLost(int lines) => Assert.True(SpinWait.SpinUntil(() => writer.Lost == lines, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_logger_writes_named_events_with_their_fields_and_hides_secrets()
    {
        using var output = new MemoryStream();
        using (var log = new ApplianceLog(new LogOptions(), TimeProvider.System, output))
        {
            log.Hide(new SecretFilter(["hunter2hunter2"]));
            var logs = log.Factory;
            logs.CreateLogger("InboundBridge.Delivery")
                .Log(LogLevel.Information, new EventId(7, "Delivered"), "to {Destination} saying {Reply}", "helpdesk", "hunter2hunter2");
            logs.CreateLogger("InboundBridge.Delivery").LogDebug("not at this level");
            logs.CreateLogger("Microsoft.AspNetCore").LogInformation("not of the framework");
        }
        var line = Encoding.UTF8.GetString(output.ToArray());
        Assert.EndsWith(" info  delivered destination=helpdesk reply=***\n", line, StringComparison.Ordinal);
        Assert.Equal(1, line.Count(letter => letter == '\n'));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_value_that_logs_while_it_is_written_spoils_no_line(bool isText)
    {
        using var output = new MemoryStream();
        using (var all =
            new ApplianceLog(new LogOptions { Format = isText ? LogFormat.Text : LogFormat.Json }, TimeProvider.System, output))
        {
            var log = all.Factory.CreateLogger("InboundBridge.Delivery");
            log.Log(LogLevel.Information, new EventId(1, "Outer"), "{Before} {Value} {After}", "b", new Talker(log), "a");
        }
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n');
        Assert.EndsWith(isText ? " inner x=1" : "\"x\":1}", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(
            isText ? " outer before=b value=talks after=a"
            : "\"before\":\"b\",\"value\":\"talks\",\"after\":\"a\"}", lines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public void Looking_for_secrets_in_an_innocent_line_allocates_nothing()
    {
        var filter = new SecretFilter(["hunter2hunter2", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"]);
        var line =
            Encoding.UTF8.GetBytes(
                "2026-01-02T03:04:05.678Z info  delivered destination=helpdesk reply=\"200 OK\" " + new string('ü', 200));
        var allocated = 1L;
        // The JIT may compile in between, and the pool may have to make its first array.
        for (var round = 0; round < 20 && allocated > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Null(filter.Hide(line));
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
    }

    private sealed class Talker(ILogger log)
    {
        public override string ToString()
        {
            log.Log(LogLevel.Information, new EventId(2, "Inner"), "{X}", 1);
            return "talks";
        }
    }

    private sealed class StuckStream : MemoryStream
    {
        private readonly ManualResetEventSlim _stuck = new();
        private readonly ManualResetEventSlim _released = new();

        public void WaitUntilStuck() => _stuck.Wait(TestContext.Current.CancellationToken);

        public void Release() => _released.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _stuck.Set();
            _released.Wait();
            base.Write(buffer);
        }
    }

    private sealed class FullStream : MemoryStream
    {
        public volatile bool IsFull = true;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (IsFull)
                throw new IOException("No space left on device");
            base.Write(buffer);
        }
    }

    private sealed class BrokenStream : MemoryStream
    {
        private readonly ManualResetEventSlim _tried = new();

        public int Tries { get; private set; }

        public void WaitUntilTried() => _tried.Wait(TestContext.Current.CancellationToken);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Tries++;
            _tried.Set();
            throw new IOException("Broken pipe");
        }
    }
}
