using System.Net;
using System.Text;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Dns;

public class DnsNameTests
{
    [Theory]
    [InlineData("192.0.2.1", "1.2.0.192.in-addr.arpa")]
    [InlineData("::ffff:192.0.2.1", "1.2.0.192.in-addr.arpa")]
    [InlineData("2001:db8::567:89ab", "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    public void Addresses_have_a_name_to_look_up(string address, string name) =>
        Assert.Equal(name, DnsName.Reverse(IPAddress.Parse(address)));

    [Theory]
    [InlineData("example.com", "\u0007example\u0003com\0")]
    [InlineData("example.com.", "\u0007example\u0003com\0")]
    [InlineData("_dmarc.x", "\u0006_dmarc\u0001x\0")]
    [InlineData(".", "\0")]
    public void Names_become_labels(string name, string wire) => Assert.Equal(wire, Encoding.ASCII.GetString(DnsName.ToWire(name)!));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".example.com")]
    [InlineData("example..com")]
    [InlineData("m\u00fcller.example")]
    [InlineData("a\\.b.example")]
    public void An_invalid_name_is_not_queried(string name) => Assert.Null(DnsName.ToWire(name));

    [Fact]
    public void Labels_and_names_have_their_limits()
    {
        var label = new string('x', 63);
        Assert.NotNull(DnsName.ToWire(label));
        Assert.Null(DnsName.ToWire(label + "x"));
        Assert.NotNull(DnsName.ToWire($"{label}.{label}.{label}.{label[..61]}"));
        Assert.Null(DnsName.ToWire($"{label}.{label}.{label}.{label[..62]}"));
    }

    [Fact]
    public void Queries_have_random_ids_and_mixed_case()
    {
        var wire = DnsName.ToWire("abcdefghijklmnopqrstuvwxyz.example-1.com")!;
        var queries = Enumerable.Range(0, 20).Select(_ => DnsQuery.Create(wire, DnsRecordType.Txt, edns: true)).ToArray();
        Assert.True(queries.Select(query => Encoding.ASCII.GetString(query.Question.Span)).Distinct().Count() > 15);
        Assert.True(queries.Select(query => query.Id).Distinct().Count() > 15);
        Assert.All(
            queries, query =>
                Assert.Equal(
                    Encoding.ASCII.GetString(wire), Encoding.ASCII.GetString(query.Question.Span[..wire.Length]), ignoreCase: true));
    }

    [Fact]
    public void The_servers_of_the_machine_are_read_from_its_file()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file,
            "# comment\nsearch example.com\nnameserver 192.0.2.1\nnameserver\t2001:db8::1 \nnameserver nonsense\noptions edns0\n");
        Assert.Equal(["192.0.2.1:53", "[2001:db8::1]:53"], DnsResolverOptions.SystemServers(file).Select(server => server.ToString()));
        File.Delete(file);
        Assert.Equal(["127.0.0.1:53"], DnsResolverOptions.SystemServers(file).Select(server => server.ToString()));
    }
}
