using System.Text;
using InboundBridge.MailFlow.Bounces;
using InboundBridge.MailFlow.Bounces.Writing;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Bounces.Writing;

public class ReturnedMailTests
{
    private const string Header = "From: al@example.org\r\nSubject: Hi\r\n";

    [Fact]
    public async Task A_small_mail_is_returned_octet_for_octet()
    {
        var returned = await ReadAsync(Header + "\r\nGrüße\r\n");
        Assert.True(returned is { IsWhole: true, IsEightBit: true });
        Assert.Equal(Header + "\r\nGrüße\r\n", Encoding.UTF8.GetString(returned.Octets));
    }

    [Theory]
    [InlineData(64 * 1024, true)]
    [InlineData((64 * 1024) + 1, false)]
    public async Task A_mail_over_64_KB_returns_its_header(int size, bool isWhole)
    {
        var line = new string('x', 62) + "\r\n";
        var text = new StringBuilder(Header + "\r\n");
        while (text.Length + line.Length <= size)
            text.Append(line);
        text.Append('y', size - text.Length);
        var returned = await ReadAsync(text.ToString());
        Assert.Equal((isWhole, isWhole ? text.ToString() : Header), (returned.IsWhole, Encoding.UTF8.GetString(returned.Octets)));
    }

    [Theory]
    [InlineData("a\nb\r\n")]
    [InlineData("a\rb\r\n")]
    [InlineData("a\0b\r\n")]
    public async Task A_mail_that_can_not_stand_in_another_returns_its_header(string body)
    {
        var returned = await ReadAsync(Header + "\r\n" + body);
        Assert.False(returned.IsWhole);
        Assert.Equal(Header, Encoding.UTF8.GetString(returned.Octets));
    }

    [Theory]
    [InlineData("Content-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n", true)]
    [InlineData("Content-Transfer-Encoding: base64\r\n\r\nGrüße\r\n", false)]
    [InlineData("Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nGrüße\r\n", false)]
    [InlineData("Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nplain\r\n", true)]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nGrüße\r\n--b--\r\n", true)]
    [InlineData("Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nGrüße\r\n--b--\r\n", false)]
    [InlineData("Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nplain\r\n--b--\r\n", true)]
    public async Task A_mail_that_can_not_be_converted_to_7_bit_returns_its_header(string rest, bool isWhole) =>
        Assert.Equal(isWhole, (await ReadAsync(Header + rest)).IsWhole);

    [Fact]
    public async Task A_line_of_a_thousand_octets_returns_the_header() =>
        Assert.False((await ReadAsync(Header + "\r\n" + new string('x', 999) + "\r\n")).IsWhole);

    [Fact]
    public async Task A_long_header_ends_with_a_whole_field()
    {
        var fields = string.Concat(Enumerable.Range(0, 2000).Select(number => $"X-{number}: a\r\n b\r\n"));
        var returned = await ReadAsync(fields + "\r\nbody\r\n", wantsWhole: false);
        Assert.InRange(returned.Octets.Length, 16_000, 16 * 1024);
        Assert.EndsWith(": a\r\n b\r\n", Encoding.UTF8.GetString(returned.Octets), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Octets_that_are_gone_are_not_returned() =>
        Assert.Null(await ReturnedMail.ReadAsync(null, true, new BounceOptions(), CancellationToken.None));

    private static async Task<ReturnedMail> ReadAsync(string mail, bool wantsWhole = true) => Assert.IsType<ReturnedMail>(
        await ReturnedMail.ReadAsync(
            MailContent.FromMemory(Encoding.UTF8.GetBytes(mail)), wantsWhole, new BounceOptions(), CancellationToken.None));
}
