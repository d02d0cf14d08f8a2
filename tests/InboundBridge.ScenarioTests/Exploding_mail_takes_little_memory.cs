using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>
/// A hundred messages of each kind that expands when it is read come at once. Each is delivered, and memory grows by at most 150 MB.
/// </summary>
[Collection(nameof(Alone))]
public sealed class Exploding_mail_takes_little_memory : IDisposable
{
    private const int Mails = 100;

    private const int Unpacked = 32 * 1024 * 1024;

    private const long AllowedGrowth = 150_000_000;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static readonly Dictionary<string, Func<(string Type, string Name, byte[] File)>> Kinds = new()
    {
        ["gzip in gzip of XML"] = () => ("application/gzip", "a!b!1!2.xml.gz", Gzip(
            Gzip(Repeated("<feedback>", "<record><row><source_ip>192.0.2.1</source_ip></row></record>", "</feedback>", Unpacked)))),
        ["a DMARC report of noise"] = () => ("application/gzip", "a!b!1!2.xml.gz", Gzip(
            Noise("<feedback>", "<record><row><source_ip>", "</source_ip></row></record>", "</feedback>", 2_000_000))),
        ["a TLS report of empty policies"] = () =>
            ("application/tlsrpt+gzip", "a!b!1!2.json.gz", Gzip(Repeated("{\"policies\":[", "{},", "{}]}", Unpacked))),
        ["winmail.dat with compressed RTF"] = () => ("application/ms-tnef", "winmail.dat", Winmail(Rtf(15_000_000))),
    };

    public static TheoryData<string> Names => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_hundred_at_once(string kind)
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await Appliance.StartAsync(
            _folder, ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: out"), [ApplianceSetup.Webhook("out", receiver)]));
        await SendAsync(appliance, MailText.Numbered(1), 1);
        await receiver.WaitForAsync(1, state: () => appliance.Log);
        appliance.Process.ForgetMemoryPeak();
        var before = appliance.Process.Memory("VmHWM");
        var (type, name, file) = Kinds[kind]();
        var mail = Mail(type, name, file);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(appliance, mail, Mails / 20)));
        // 400 MB of JSON in total, which takes a busy machine a while.
        await receiver.WaitForAsync(Mails + 1, Deadline.In(TimeSpan.FromMinutes(5)), () => appliance.Log);

        var growth = appliance.Process.Memory("VmHWM") - before;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{kind}: {mail.Length} octets a mail, peak memory {before / 1_000_000} MB, and {growth / 1_000_000} MB more");
        Assert.True(growth < AllowedGrowth, $"peak memory grew by {growth} octets from {before}");
        if (!kind.StartsWith("winmail", StringComparison.Ordinal))
            Assert.NotEmpty(receiver.Accepted[^1].Data.GetProperty("problems").EnumerateArray());
    }

    private static async Task SendAsync(Appliance appliance, byte[] mail, int count)
    {
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        for (var index = 0; index < count; index++)
            Assert.StartsWith("250", await conversation.SendAsync(mail, "al@sender.test", "al@example.com"), StringComparison.Ordinal);
    }

    private static byte[] Mail(string type, string name, byte[] file) => Encoding.ASCII.GetBytes(
        $"From: al@sender.test\r\nTo: al@example.com\r\nSubject: report\r\nMIME-Version: 1.0\r\nContent-Type: {type}; name=\"{name}\"\r\n"
        + $"Content-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(file, Base64FormattingOptions.InsertLineBreaks)}\r\n");

    private static byte[] Gzip(byte[] octets)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(octets);
        return packed.ToArray();
    }

    private static byte[] Repeated(string start, string piece, string end, int length) =>
        Encoding.ASCII.GetBytes(start + string.Concat(Enumerable.Repeat(piece, length / piece.Length)) + end);

    private static byte[] Noise(string start, string before, string behind, string end, int length)
    {
        var text = new StringBuilder(start);
        for (var index = 0; text.Length < length; index++)
            text.Append(before).Append(
                Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(index)))).Append(behind);
        return Encoding.ASCII.GetBytes(text.Append(end).ToString());
    }

    private static byte[] Winmail(byte[] rtf)
    {
        var property = new byte[16 + rtf.Length + (-rtf.Length & 3)];
        BinaryPrimitives.WriteInt32LittleEndian(property, 1);
        BinaryPrimitives.WriteInt32LittleEndian(property.AsSpan(4), 0x10090102);
        BinaryPrimitives.WriteInt32LittleEndian(property.AsSpan(8), 1);
        BinaryPrimitives.WriteInt32LittleEndian(property.AsSpan(12), rtf.Length);
        rtf.CopyTo(property, 16);
        var head = new byte[15];
        BinaryPrimitives.WriteUInt32LittleEndian(head, 0x223E9F78);
        head[6] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(7), 0x00069003);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(11), property.Length);
        return [.. head, .. property, 0, 0];
    }

    private static byte[] Rtf(int size)
    {
        var groups = size / (8 * 17);
        var octets = new byte[16 + (groups * 17)];
        BinaryPrimitives.WriteInt32LittleEndian(octets, 12 + (groups * 17));
        BinaryPrimitives.WriteInt32LittleEndian(octets.AsSpan(4), size);
        BinaryPrimitives.WriteInt32LittleEndian(octets.AsSpan(8), 0x75465A4C);
        for (var group = 0; group < groups; group++)
        {
            var place = octets.AsSpan(16 + (group * 17), 17);
            place[0] = 0xFF;
            for (var index = 1; index < 17; index += 2)
                (place[index], place[index + 1]) = (0x07, 0xAF);
        }
        return octets;
    }
}
