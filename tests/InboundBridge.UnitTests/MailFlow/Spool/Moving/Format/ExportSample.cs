using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Moving.Format;
using InboundBridge.MailFlow.Spool.Sealing;

namespace InboundBridge.UnitTests.MailFlow.Spool.Moving.Format;

/// <summary>Small files of exports in memory.</summary>
internal static class ExportSample
{
    public static readonly OptionsSeal Key = new(new byte[32]);

    private static readonly DateTimeOffset Now = FakeTime.Start;

    private static CancellationToken None => CancellationToken.None;

    /// <summary>A whole file with an entry of each kind.</summary>
    public static async Task<byte[]> WholeAsync()
    {
        var count = new SpoolCount { Pauses = 1, Greylist = 2, Notes = 1 };
        using var output = new MemoryStream();
        using var writer = new ExportFileWriter(output, Key, []);
        await writer.WriteHeaderAsync(Header(), new byte[32], None);
        foreach (var number in new[] { 1, 2, 3 })
        {
            var mail = Mail(number);
            await writer.BeginMailAsync(mail, None);
            if (mail.HasBody)
                await writer.WriteBodyAsync(Octets(number), None);
            await writer.EndMailAsync(None);
            count.Add(mail);
        }
        await writer.WritePausesAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["hook"] = "it is down" }, None);
        await writer.WriteGreylistAsync([new GreylistEntry(1, Now, Now, 0), new GreylistEntry(UInt128.MaxValue, Now, Now, 9)], None);
        await writer.WriteNoteAsync(new SpoolNote("kind", "key", new byte[] { 1, 2, 3 }, Now), None);
        await writer.WriteTotalsAsync(count, None);
        return output.ToArray();
    }

    public static ExportHeader Header() => new("01kdxb3yw0export0000000000", Now, "test", "data", false, string.Empty, null);

    public static byte[] Octets(int number) => Encoding.ASCII.GetBytes(
        $"Received: by us\r\nSubject: mail {number}\r\n\r\n{new string('x', number * 100)}\r\n");

    public static MovedMail Mail(int number)
    {
        var hasBody = number != 3;
        var message = new SpooledMessage
        {
            Id = $"m{number}",
            ReceivedAt = Now,
            Size = Octets(number).Length,
            PreludeLength = hasBody ? 17 : 0,
            Sha256 = hasBody ? Convert.ToHexStringLower(SHA256.HashData(Octets(number))) : string.Empty,
            ConfigVersion = "v1",
            Subject = "Grüße",
            Envelope = new MailEnvelope { Sender = "al@example.org", Recipients = [new MailRecipient("ann@example.com")] },
        };
        var delivery = SampleMail.Delivery($"m{number}-0", message.Id, Now) with { State = (DeliveryState)number };
        var attempt = new FailedAttempt(1, Now, TimeSpan.FromSeconds(2), "retry", new DeliveryReply(503, null, "503 no", null));
        return new MovedMail(number, message, hasBody, [new MovedDelivery(delivery, [attempt])]);
    }

    /// <summary>Reads a file to its end.</summary>
    /// <returns>What it adds up to.</returns>
    public static async Task<SpoolCount> ReadAsync(byte[] file)
    {
        using var reader = new ExportFileReader(new MemoryStream(file));
        await reader.OpenAsync(None);
        await new FileCheck(reader, new MoveProblems(), null).RunAsync(null, None);
        return reader.Count;
    }
}
