using InboundBridge.Configuration.Destinations;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.UnitTests.Host.Configuration;

namespace InboundBridge.UnitTests.Host.Configuration.Destinations;

/// <summary>What a rule's options make of a relay, and what they may not.</summary>
public class OverriddenRelayTests
{
    private const string Smarthost = "relay: { host: smtp.example.net, port: 587, tls: require, auth: { user: u, password: p } }";

    [Fact]
    public void Options_that_name_no_other_server_keep_the_password()
    {
        var relay = Override(Smarthost, """{"command_timeout":"1m","tls":"implicit"}""");
        Assert.Equal((TimeSpan.FromMinutes(1), RelayTls.Implicit, "smtp.example.net", "u"),
            (relay.CommandTimeout, relay.Tls, relay.Host, relay.User));
    }

    [Theory]
    [InlineData("""{"host":"other.example.net"}""")]
    [InlineData("""{"port":25}""")]
    [InlineData("""{"mx":true}""")]
    public void Another_server_is_not_told_the_password(string json)
    {
        var relay = Override(Smarthost, json);
        Assert.Null(relay.User);
        Assert.Null(relay.Password);
    }

    [Fact]
    public void A_password_of_the_rules_own_goes_along()
    {
        var relay = Override(Smarthost, """{"host":"other.example.net","auth":{"user":"v","password":"q"}}""");
        Assert.Equal(("other.example.net", "v", "q"), (relay.Host, relay.User, relay.Password));
    }

    [Fact]
    public void A_host_replaces_mx_and_mx_replaces_a_host()
    {
        Assert.False(Override("relay: { mx: true }", """{"host":"smtp.example.net"}""").Mx);
        var relay = Override(Smarthost, """{"mx":true}""");
        Assert.Equal((true, string.Empty), (relay.Mx, relay.Host));
        Assert.Throws<FormatException>(() => Override(Smarthost, """{"host":"smtp.example.net","mx":true}"""));
        Assert.Equal(
            "mx: false needs a host", Assert.Throws<FormatException>(() => Override("relay: { mx: true }", """{"mx":false}""")).Message);
    }

    [Theory]
    [InlineData("""{"port":"x"}""")]
    [InlineData("""{"pot":25}""")]
    [InlineData("[]")]
    public void Wrong_options_are_refused(string json) => Assert.Throws<FormatException>(() => Override(Smarthost, json));

    /// <summary>A script's text must not bring the configuration's variables to light.</summary>
    [Fact]
    public void Expressions_in_options_are_not_expanded() =>
        Assert.Equal("${HOME}", Override(Smarthost, """{"auth":{"user":"${HOME}","password":"q"}}""").User);

    private static RelayOptions Override(string kind, string json)
    {
        var destination = ConfigurationCase.OptionsOf($"domains: [example.com]\ndestinations: {{ out: {{ {kind} }} }}\n").Destinations[0];
        return DestinationKinds.Of(destination).Override(destination, json).As<RelayOptions>()!;
    }
}
