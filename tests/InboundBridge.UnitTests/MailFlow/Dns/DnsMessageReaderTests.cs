using System.Net;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Dns;

public class DnsMessageReaderTests
{
    private static readonly byte[] Query = DnsQuery.Create(DnsName.ToWire("example.com")!, DnsRecordType.A, edns: true).Octets;

    [Fact]
    public void Records_of_every_type_are_read()
    {
        var message = Read(new DnsAnswerBuilder(Query, authenticData: true)
            .Add("a.test", 1, 300, 192, 0, 2, 1)
            .Add("b.test", 28, 0, IPAddress.Parse("2001:db8::1").GetAddressBytes())
            .Add("c.test", 15, 60, [0, 10, .. DnsAnswerBuilder.Name("mx.example.net")])
            .Add("d.test", 15, 60, 0, 0, 0)
            .Add("e.test", 16, 60, DnsAnswerBuilder.Text("v=spf1 ", "-all", ""))
            .Add("f.test", 5, 60, DnsAnswerBuilder.Name("g.test"))
            .Add("h.test", 12, 60, DnsAnswerBuilder.Name("Host.Example"))
            .Add("i.test", 52, 60, 3, 1, 1, 0xAB, 0xCD)
            .Add("j.test", 99, 60, 1, 2, 3)
            .Soa("k.test", 900, 300)
            .Build())!;
        Assert.True(message.AuthenticData);
        Assert.Equal(
            [
                new DnsRecord.Address("a.test", DnsRecordType.A, 300, IPAddress.Parse("192.0.2.1")),
                new DnsRecord.Address("b.test", DnsRecordType.Aaaa, 0, IPAddress.Parse("2001:db8::1")),
                new DnsRecord.Mx("c.test", 60, 10, "mx.example.net"),
                new DnsRecord.Mx("d.test", 60, 0, "."),
                new DnsRecord.Txt("e.test", 60, "v=spf1 -all"),
                new DnsRecord.Target("f.test", DnsRecordType.Cname, 60, "g.test"),
                new DnsRecord.Target("h.test", DnsRecordType.Ptr, 60, "host.example"),
            ],
            message.Answers.Take(7));
        var tlsa = Assert.IsType<DnsRecord.Tlsa>(message.Answers[7]);
        Assert.Equal((3, 1, 1, "ABCD"), (tlsa.Usage, tlsa.Selector, tlsa.Matching, Convert.ToHexString(tlsa.Data.Span)));
        Assert.Equal(8, message.Answers.Count);
        Assert.Equal(new DnsRecord.Soa("k.test", 900, 300), Assert.Single(message.Authority));
    }

    [Fact]
    public void Names_are_shortened_by_pointers_and_odd_octets_are_escaped()
    {
        var message = Read(new DnsAnswerBuilder(Query).Add("", 5, 60, 3, (byte)'a', (byte)'.', 0xFF, 0xC0, 12).Build())!;
        var alias = Assert.IsType<DnsRecord.Target>(Assert.Single(message.Answers));
        Assert.Equal("example.com", alias.Name);
        Assert.Equal("a\\.\\255.example.com", alias.Host);
    }

    [Fact]
    public void A_time_to_live_with_the_highest_bit_is_zero() =>
        Assert.Equal(0, Read(new DnsAnswerBuilder(Query).Add("", 1, -5, 1, 2, 3, 4).Build())!.Answers[0].TimeToLive);

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "address of three octets", new DnsAnswerBuilder(Query).Add("", 1, 1, 1, 2, 3).Build() },
        { "address of five octets", new DnsAnswerBuilder(Query).Add("", 1, 1, 1, 2, 3, 4, 5).Build() },
        { "name that points to itself", new DnsAnswerBuilder(Query).Add("", 5, 1, 0xC0, (byte)(Query.Length + 1)).Build() },
        { "name that points ahead", new DnsAnswerBuilder(Query).Add("", 5, 1, 0xC0, 250).Build() },
        { "name with a label type of old", new DnsAnswerBuilder(Query).Add("", 5, 1, 0x41, 1, 0).Build() },
        { "name that leaves its record", new DnsAnswerBuilder(Query).Add("", 5, 1, 9, (byte)'x').Build() },
        { "name shorter than its record", new DnsAnswerBuilder(Query).Add("", 5, 1, 0, 0).Build() },
        { "name of more than 255 octets",
            new DnsAnswerBuilder(Query).Add("", 5, 1, DnsAnswerBuilder.Name(string.Join('.', Enumerable.Repeat(new string('x', 63), 4))))
                .Build() },
        { "text that leaves its record", new DnsAnswerBuilder(Query).Add("", 16, 1, 5, (byte)'x').Build() },
        { "mx without a name", new DnsAnswerBuilder(Query).Add("", 15, 1, 0, 10).Build() },
        { "nothing", [] },
        { "half a header", Query[..7] },
        { "no question", Query[..12] },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_message_is_refused(string what, byte[] octets)
    {
        _ = what;
        Assert.Null(Read(octets));
    }

    /// <summary>Two pointers that point at each other, and a long chain of pointers: reading ends in both cases.</summary>
    [Fact]
    public void Endless_pointers_are_refused()
    {
        var staircase = new List<byte>();
        var start = Query.Length;
        for (var step = 0; step < 5000; step++)
            staircase.AddRange([(byte)(0xC0 | ((start - 11 + (step * 2)) >> 8)), (byte)(start - 11 + (step * 2))]);
        _ = Read(new DnsAnswerBuilder(Query).Add("", 16, 1, [.. staircase]).Add("", 5, 1, 0xFF, 0xFF).Build());
        Assert.Null(Read(new DnsAnswerBuilder(Query).Add("", 5, 1, 1, (byte)'x', 0xC0, (byte)(Query.Length + 1)).Build()));
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_section_has_at_most_1024_records(int count, bool read)
    {
        var builder = new DnsAnswerBuilder(Query);
        for (var number = 0; number < count; number++)
            builder.Add("", 1, 60, 192, 0, 2, 1);
        Assert.Equal(read ? count : null, Read(builder.Build())?.Answers.Count);
    }

    [Fact]
    public void Records_of_one_name_share_its_text()
    {
        var answers = Read(new DnsAnswerBuilder(Query).Add("", 1, 60, 192, 0, 2, 1).Add("", 1, 60, 192, 0, 2, 2).Build())!.Answers;
        Assert.Same(answers[0].Name, answers[1].Name);
    }

    [Fact]
    public void Five_hundred_strings_are_one_text()
    {
        var text = DnsAnswerBuilder.Text([.. Enumerable.Range(0, 500).Select(number => number % 2 == 0 ? "" : "ab")]);
        var record = Assert.IsType<DnsRecord.Txt>(Assert.Single(Read(new DnsAnswerBuilder(Query).Add("", 16, 60, text).Build())!.Answers));
        Assert.Equal(string.Concat(Enumerable.Repeat("ab", 250)), record.Text);
    }

    [Fact]
    public void Changed_or_cut_answers_never_throw()
    {
        var whole = new DnsAnswerBuilder(Query)
            .Add("", 5, 60, DnsAnswerBuilder.Name("g.test"))
            .Add("g.test", 15, 60, [0, 10, 2, (byte)'m', (byte)'x', 0xC0, 12])
            .Add("g.test", 16, 60, DnsAnswerBuilder.Text("v=spf1 ", "-all"))
            .Soa("", 900, 300)
            .Build();
        for (var length = 0; length < whole.Length; length++)
            Assert.Null(Read(whole[..length]));
        var random = new Random(3);
        for (var round = 0; round < 20_000; round++)
        {
            var changed = (byte[])whole.Clone();
            for (var count = random.Next(1, 5); count > 0; count--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            _ = Read(changed);
        }
    }

    private static DnsMessage? Read(byte[] octets) => DnsMessageReader.TryRead(octets, out var message) ? message : null;
}
