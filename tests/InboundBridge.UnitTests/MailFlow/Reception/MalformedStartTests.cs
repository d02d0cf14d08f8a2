using System.Text;
using InboundBridge.MailFlow.Reception.ForgedResults;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>A mail that begins with a continuation line does not continue what we write above it, and keeps every octet.</summary>
public class MalformedStartTests
{
    private const string Field = "X-Malformed-Header: the mail begins with a continuation line\r\n";

    [Theory]
    [InlineData(" from bank.example by us; today\r\nFrom: al@customer.example\r\n\r\nhi\r\n")]
    [InlineData("\tAuthentication-Results: mx.example.com; dmarc=pass\r\nFrom: al@customer.example\r\n\r\nhi\r\n")]
    [InlineData(" \r\nhi\r\n")]
    [InlineData(" ")]
    public async Task The_line_continues_a_field_of_its_own(string mail)
    {
        await using var scene = await SenderScene.CreateAsync();
        Assert.Equal(250, (await scene.SendAsync(mail)).Code);
        var stored = await scene.Reception.StoredAsync((await scene.StoredAsync()).Id);
        Assert.StartsWith("Received: from client.example", stored, StringComparison.Ordinal);
        Assert.EndsWith($"+0000\r\n{Field}{mail}", stored, StringComparison.Ordinal);
        for (var size = 1; size < 5; size++)
            Assert.Equal(Field + mail, InPieces(mail, size));
    }

    [Theory]
    [InlineData("From: al@customer.example\r\n folded\r\n\r\n hi\r\n")]
    [InlineData("\r\n hi\r\n")]
    [InlineData("")]
    public void Other_mails_stay_as_they_are(string mail)
    {
        for (var size = 1; size < 5; size++)
            Assert.Equal(mail, InPieces(mail, size));
    }

    private static string InPieces(string mail, int size)
    {
        var sieve = new HeaderSieve(["mx.example.com"]);
        var passed = new StringBuilder();
        var room = new byte[16];
        for (var at = 0; at <= mail.Length; at += size)
        {
            var piece = Encoding.ASCII.GetBytes(mail[at..Math.Min(at + size, mail.Length)]);
            passed.Append(Encoding.ASCII.GetString(piece.AsSpan(0, sieve.Sift(piece))));
            Drain();
        }
        sieve.End();
        Drain();
        return passed.ToString();

        void Drain()
        {
            while (sieve.Take(room) is > 0 and var count)
                passed.Append(Encoding.ASCII.GetString(room.AsSpan(0, count)));
        }
    }
}
