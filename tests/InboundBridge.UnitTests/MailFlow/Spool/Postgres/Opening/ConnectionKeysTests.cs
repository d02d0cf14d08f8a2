using InboundBridge.MailFlow.Spool.Postgres.Opening;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres.Opening;

public class ConnectionKeysTests
{
    [Fact]
    public void The_driver_knows_every_key_that_is_suggested() =>
        Assert.All(ConnectionKeys.Known, key => Assert.True(ConnectionKeys.IsKnown(key), key));

    [Theory]
    [InlineData("Host=db;Databse=mail", "databse")]
    [InlineData("Host=db;Password='a;b'", "")]
    [InlineData("Server=db;User Id=u;Pwd=p", "")]
    public void Unknown_keys_are_found(string text, string unknown) =>
        Assert.Equal(unknown, string.Join(' ', ConnectionKeys.FindUnknown(text)!), ignoreCase: true);

    [Fact]
    public void What_is_no_list_of_keys_has_none() => Assert.Null(ConnectionKeys.FindUnknown("postgres://mail:hunter5@db/mail"));

    [Theory]
    [InlineData("Host=db;Port=many", "port")]
    [InlineData("Host=db;SSL Mode=strict", "ssl mode")]
    [InlineData("Host=db;Port=5433", null)]
    public void A_value_that_the_driver_does_not_take_is_found(string text, string? key) =>
        Assert.Equal(key, ConnectionKeys.FindUnusable(text), ignoreCase: true);
}
