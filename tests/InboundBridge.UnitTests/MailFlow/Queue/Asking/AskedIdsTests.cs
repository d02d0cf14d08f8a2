using System.Text;
using InboundBridge.MailFlow.Queue.Asking;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Queue.Asking;

public class AskedIdsTests
{
    private const string Sender = "al@example.org";

    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(octet => (byte)octet)];

    private static readonly SpooledDelivery Delivery = SampleMail.Delivery("d", "m", FakeTime.Start);

    [Fact]
    public async Task A_repeat_has_the_same_id_whatever_we_put_on_top_of_it()
    {
        var first = await IdAsync("Received: one\r\n", "Subject: x\r\n\r\nbody\r\n");
        Assert.Equal(first, await IdAsync("Received: two, later, by another id\r\n", "Subject: x\r\n\r\nbody\r\n"));
        Assert.Matches("^[0-9a-hjkmnp-tv-z]{26}$", first);
    }

    /// <summary>A large mail is read from a file piece by piece.</summary>
    [Fact]
    public async Task It_does_not_depend_on_where_the_octets_are()
    {
        var text = new string('x', 200_000);
        Assert.Equal(await IdAsync("Received: one\r\n", text), await IdAsync(new Pieces("Received: one\r\n", text)));
    }

    [Fact]
    public async Task Whatever_tells_mails_apart_changes_it()
    {
        var ids = new[]
        {
            await IdAsync("", "a"),
            await IdAsync("", "b"),
            await IdAsync("", "a", sender: "bo@example.org"),
            await IdAsync("", "a", Delivery with { Destination = "other" }),
            await IdAsync("", "a", Delivery with { Recipients = [Delivery.Recipients[0]] }),
            await IdAsync("", "a", ordinal: 1),
            await new AskedIds(new byte[32]).OfAsync(Content("", "a"), Sender, Delivery, 0, CancellationToken.None),
        };
        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>Two texts in a row must not be mistaken for two others with the border elsewhere.</summary>
    [Fact]
    public async Task The_parts_can_not_run_into_each_other() => Assert.NotEqual(
        await IdAsync("", "", Delivery with { Recipients = [new MailRecipient("ab"), new MailRecipient("c")] }),
        await IdAsync("", "", Delivery with { Recipients = [new MailRecipient("a"), new MailRecipient("bc")] }));

    [Fact]
    public void The_webhook_id_is_what_comes_before_the_mark()
    {
        Assert.Equal("abc", AskedIds.ForReceivers("abc"));
        Assert.Equal("abc", AskedIds.ForReceivers(AskedIds.Again("abc", "message")));
    }

    private static Task<string> IdAsync(
        string prelude, string text, SpooledDelivery? delivery = null, string sender = Sender, int ordinal = 0) =>
        IdAsync(Content(prelude, text), delivery, sender, ordinal);

    private static async Task<string> IdAsync(
        MailContent content, SpooledDelivery? delivery = null, string sender = Sender, int ordinal = 0) =>
        await new AskedIds(Key).OfAsync(content, sender, delivery ?? Delivery, ordinal, CancellationToken.None);

    private static MailContent Content(string prelude, string text) =>
        MailContent.FromMemory(Encoding.ASCII.GetBytes(prelude + text), prelude.Length);

    /// <summary>Content that can't be had in one piece.</summary>
    private sealed class Pieces(string prelude, string text) : MailContent
    {
        private readonly byte[] _octets = Encoding.ASCII.GetBytes(prelude + text);

        public override long Length => _octets.Length;

        public override int PreludeLength => prelude.Length;

        public override int Read(long offset, Span<byte> destination)
        {
            var count = (int)Math.Min(Math.Min(destination.Length, 1000), _octets.Length - offset);
            _octets.AsSpan((int)offset, count).CopyTo(destination);
            return count;
        }
    }
}
