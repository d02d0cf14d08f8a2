using System.Buffers.Binary;
using System.Text;
using InboundBridge.Fuzz.Spools;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Moving.Format;

namespace InboundBridge.UnitTests.MailFlow.Spool.Moving.Format;

/// <summary>Files of exports: what is whole reads back, and whatever is not is found and named.</summary>
public class ExportFileTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task What_is_written_reads_back()
    {
        using var reader = new ExportFileReader(new MemoryStream(await ExportSample.WholeAsync()));
        var header = await reader.OpenAsync(None);
        Assert.Equal(ExportFileWriter.KnownText, ExportSample.Key.Open(header.KeyCheck, ExportFileWriter.CheckPlace(header.Id)));
        for (var number = 1; number <= 3; number++)
        {
            var mail = Assert.IsType<ExportEntry.Mail>(await reader.NextAsync(None)).Value;
            Assert.Equal(ExportSample.Mail(number).Message with { Envelope = mail.Message.Envelope }, mail.Message);
            Assert.Equal("al@example.org", mail.Message.Envelope.Sender);
            var options = Assert.Single(mail.Deliveries).Delivery.OptionsJson;
            Assert.Equal("""{"format":"raw"}""", ExportSample.Key.Open(options, $"m{number}-0"));
            Assert.Equal(ExportSample.Mail(number).Deliveries[0].Attempts, mail.Deliveries[0].Attempts);
            using var octets = new MemoryStream();
            await reader.ReadBodyAsync(piece => octets.WriteAsync(piece), None);
            Assert.Equal(number == 3 ? [] : ExportSample.Octets(number), octets.ToArray());
        }
        Assert.Equal("it is down", Assert.IsType<ExportEntry.Pauses>(await reader.NextAsync(None)).Value["hook"]);
        Assert.Equal(UInt128.MaxValue, Assert.IsType<ExportEntry.Greylist>(await reader.NextAsync(None)).Value[1].Key);
        Assert.Equal([1, 2, 3], Assert.IsType<ExportEntry.Note>(await reader.NextAsync(None)).Value.Value.ToArray());
        Assert.Null(await reader.NextAsync(None));
        Assert.Equal((3, 1, 1), (reader.Count.Messages, reader.Count.WithoutOctets, reader.Count.Erased));
    }

    /// <summary>The first version of the format, which every later program reads.</summary>
    [Fact]
    public async Task A_file_of_version_1_reads()
    {
        var path = Path.Combine(RepositoryFiles.Root, "tests/testdata/spool-export/version-1.export");
        if (Environment.GetEnvironmentVariable("INBOUNDBRIDGE_RENEW") == "1" && !File.Exists(path))
            await File.WriteAllBytesAsync(path, await ExportSample.WholeAsync(), None);
        var count = await ExportSample.ReadAsync(await File.ReadAllBytesAsync(path, None));
        Assert.Equal((3, 3, 2, 1), (count.Messages, count.Attempts, count.Greylist, count.Notes));
    }

    [Fact]
    public async Task A_file_that_is_cut_anywhere_is_not_whole()
    {
        var file = await ExportSample.WholeAsync();
        for (var length = 0; length < file.Length; length++)
            await DamagedAsync(file[..length]);
    }

    [Fact]
    public async Task An_octet_that_changed_anywhere_is_found()
    {
        var file = await ExportSample.WholeAsync();
        for (var at = 0; at < file.Length; at++)
        {
            var changed = file.ToArray();
            changed[at] ^= 0x20;
            var fault = await DamagedAsync(changed);
            Assert.InRange(fault.Offset, 0, file.Length);
        }
    }

    [Fact]
    public async Task The_mail_that_is_damaged_is_named()
    {
        var file = await ExportSample.WholeAsync();
        var at = file.AsSpan().IndexOf("Subject: mail 2"u8);
        file[at] ^= 1;
        var fault = await DamagedAsync(file);
        Assert.Equal("m2", fault.MessageId);
        Assert.InRange(fault.Offset, at, file.Length);
    }

    [Fact]
    public async Task Entries_that_are_swapped_repeated_or_left_out_are_found()
    {
        var file = await ExportSample.WholeAsync();
        var entries = Frames.Entries(file);
        Assert.Equal(8, entries.Count);
        await DamagedAsync(Join(entries, 0, 2, 1, 3, 4, 5, 6, 7));
        await DamagedAsync(Join(entries, 0, 1, 1, 2, 3, 4, 5, 6, 7));
        await DamagedAsync(Join(entries, 0, 1, 3, 4, 5, 6, 7));
        await DamagedAsync([.. file, 0]);
        await DamagedAsync([.. file, .. file]);
        // Somebody who computes the digests anew is found by the order or the totals.
        await DamagedAsync(Frames.Redigested(Join(entries, 0, 2, 1, 3, 4, 5, 6, 7)));
        await DamagedAsync(Frames.Redigested(Join(entries, 0, 1, 3, 4, 5, 6, 7)));
        await DamagedAsync(Frames.Redigested(Join(entries, 0, 4, 1, 2, 3, 5, 6, 7)));
        Assert.Equal(3, (await ExportSample.ReadAsync(Frames.Redigested(file))).Messages);
    }

    [Theory]
    [InlineData("\"id\":\"m1\"", "\"id\":\"/1\"", "the id of a message is none")]
    [InlineData("\"prelude_length\":17", "\"prelude_length\":99", null)]
    [InlineData("\"prelude_length\":17", "\"prelude_length\":-1", "the lengths of a message can't be")]
    [InlineData("\"state\":\"retrying\"", "\"state\":\"retrained\"", "a record is not readable")]
    [InlineData("\"options_json\":\"sealed:", "\"options_json\":\"opened:", "the options of a delivery are not sealed")]
    [InlineData("\"message_id\":\"m1\"", "\"message_id\":\"m2\"", "a delivery belongs to another message")]
    [InlineData("\"is_replay\":false", "\"is_newer\":falsee", "a record is not readable")]
    [InlineData("\"address\":\"ann@store\"", "\"address\":null,\"x\":1  ", "a record is not readable")]
    [InlineData("\"attempts\":3", "\"attempts\":4", "the totals at the end say something else")]
    [InlineData("\"size\":138", "\"size\":139", "message m1: the record says that the mail has 139 octets, and it has 138")]
    [InlineData("\"size\":138", "\"size\":4294967297", "its size is 4294967297, and 0 to 4294967296 are possible")]
    [InlineData("\"version\":0", "\"version\":9223372036854775807", "the version of delivery m1-0 is 9223372036854775807")]
    [InlineData("\"version\":0", "\"version\":-1", "the version of delivery m1-0 is -1")]
    [InlineData("\"attempts\":0", "\"attempts\":2147483647", "delivery m1-0 has 2147483647 attempts")]
    [InlineData("\"received_at\":\"2026", "\"received_at\":\"1926", "message m1: the record of a message is not readable")]
    [InlineData("\"received_at\":\"2026", "\"received_at\":\"9026", "message m1: the record of a message is not readable")]
    [InlineData("\"created_at\":\"2026", "\"created_at\":\"1969", "message m1: the record of a delivery is not readable")]
    [InlineData("\"next_attempt_at\":\"2026", "\"next_attempt_at\":\"9999", "message m1: the record of a delivery is not readable")]
    [InlineData("\"started\":\"2026", "\"started\":\"1926", "attempt 1 of delivery m1-0 began before 1970")]
    [InlineData("\"duration\":\"00:", "\"duration\":\"999.00:", "attempt 1 of delivery m1-0")]
    [InlineData("{\"number\":1,\"started\"", "{\"number\":-5,\"started\"", "an attempt of delivery m1-0 has the number -5")]
    [InlineData("\"passes\":0", "\"passes\":-1", "the entries of greylisting are not readable")]
    [InlineData("\"id\":\"m2\"", "\"id\":\"m1\"", "message m1: this message is in the file twice")]
    [InlineData("\"id\":\"m2-0\"", "\"id\":\"m1-0\"", "message m2: delivery m1-0 is in the file twice")]
    [InlineData("\"key\":\"00", "\"key\":\"zz", "the entries of greylisting are not readable")]
    public async Task Records_that_nobody_wrote_are_refused(string from, string to, string? expected)
    {
        var file = await ExportSample.WholeAsync();
        var changed = Frames.Replaced(file, Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes(to));
        if (expected is null)
            Assert.Equal(3, (await ExportSample.ReadAsync(changed)).Messages);
        else
            Assert.Contains(expected, (await DamagedAsync(changed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_length_that_can_not_be_takes_no_memory()
    {
        var file = await ExportSample.WholeAsync();
        var header = Frames.Entries(file)[0];
        foreach (var (kind, length) in new[] { ('M', 0xFFFF_FFFFu), ('M', 64u << 20), ('E', 33u), ('Z', 0u), ('B', 5u), ('?', 0u) })
        {
            var frame = new byte[5];
            frame[0] = (byte)kind;
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length);
            var before = GC.GetAllocatedBytesForCurrentThread();
            await DamagedAsync([.. header, .. frame]);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        }
    }

    [Theory]
    [InlineData("InboundBridge spool export 2\n", "use a newer one")]
    [InlineData("InboundBridge spool export 1\r\n", "this is not an export")]
    [InlineData("SQLite format 3\0", "this is not an export")]
    [InlineData("", "the file is empty")]
    public async Task Files_of_other_kinds_and_of_newer_versions_are_told_apart(string first, string expected)
    {
        var fault = await DamagedAsync(Encoding.ASCII.GetBytes(first));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    private static byte[] Join(List<byte[]> entries, params int[] order) => [.. order.SelectMany(index => entries[index])];

    private static Task<ExportDamagedException> DamagedAsync(byte[] file) =>
        Assert.ThrowsAsync<ExportDamagedException>(() => ExportSample.ReadAsync(file));
}
