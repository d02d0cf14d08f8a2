using System.Text;
using InboundBridge.Benchmarks.Wire;

namespace InboundBridge.UnitTests.Benchmarks.Wire;

public sealed class SmtpSinkConnectionTests : IDisposable
{
    private const string Session =
        "EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: x\r\nMessage-ID: <1@a>\r\n\r\nMessage-ID: <no@header>\r\n..\r\nx.\r\n.\r\n"
        + "RSET\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nmessage-id:<2@a>\r\n\r\n.\r\nFROB\r\nQUIT\r\n";

    private const string Answers =
        "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 104857600\r\n250 OK\r\n250 OK\r\n354 go on\r\n250 OK\r\n250 OK\r\n250 OK\r\n250 OK\r\n354 go on\r\n250 OK\r\n500 unknown\r\n221 bye\r\n";

    private readonly ConnectedSockets _sockets = new();

    public void Dispose() => _sockets.Dispose();

    [Fact]
    public async Task Pipelined_mails_are_counted_wherever_they_are_cut()
    {
        var octets = Encoding.ASCII.GetBytes(Session);
        for (var cut = 0; cut < octets.Length; cut++)
        {
            var arrivals = new ArrivalCount();
            arrivals.Expect(2);
            var connection = new SmtpSinkConnection(_sockets.Near, arrivals);
            connection.Take(octets.AsSpan(0, cut));
            connection.Take(octets.AsSpan(cut));
            await arrivals.AllArrivedAsync(TestContext.Current.CancellationToken);
            Assert.Equal(Answers, _sockets.Hear(Answers.Length));
            Assert.True(connection.Ended);
        }
        Assert.False(_sockets.HasMore);
    }

    [Fact]
    public async Task Mails_that_come_octet_by_octet_are_counted()
    {
        var arrivals = new ArrivalCount();
        arrivals.Expect(2);
        var connection = new SmtpSinkConnection(_sockets.Near, arrivals);
        foreach (var octet in Encoding.ASCII.GetBytes(Session))
            connection.Take([octet]);
        await arrivals.AllArrivedAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("DATA\r\nSubject: x\r\n\r\n\r\n.\r\n")]
    [InlineData("DATA\r\nSubject: x\r\n\r\nMessage-ID: <in@body>\r\n.\r\n")]
    public void A_mail_that_can_not_be_counted_ends_the_measurement(string session) =>
        Assert.Throws<InvalidOperationException>(
            () => new SmtpSinkConnection(_sockets.Near, new ArrivalCount()).Take(Encoding.ASCII.GetBytes(session)));

    [Fact]
    public void A_command_without_an_end_ends_the_measurement() =>
        Assert.Throws<InvalidOperationException>(() => new SmtpSinkConnection(_sockets.Near, new ArrivalCount()).Take(new byte[2000]));
}
