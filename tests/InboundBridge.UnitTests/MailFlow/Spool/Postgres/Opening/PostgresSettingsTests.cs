using InboundBridge.MailFlow.Spool.Postgres.Opening;
using Npgsql;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres.Opening;

public class PostgresSettingsTests
{
    [Fact]
    public void What_is_not_said_gets_our_defaults()
    {
        var settings = new NpgsqlConnectionStringBuilder(PostgresSettings.Read("Host=db;Database=mail;Username=u;Password=p").Text);
        Assert.Equal((3, 3, 500), (settings.Timeout, settings.CommandTimeout, settings.CancellationTimeout));
        Assert.Equal((16, 64, "inboundbridge"), (settings.MaxPoolSize, settings.MaxAutoPrepare, settings.ApplicationName));
        Assert.True(settings.NoResetOnClose);
        Assert.False(settings.PersistSecurityInfo);
    }

    /// <summary>A machine that vanishes is found out while a command waits for its answer. A unix socket has no such thing.</summary>
    [Theory]
    [InlineData("Host=db", true)]
    [InlineData("Host=a,b", true)]
    [InlineData("Host=/run/postgresql", false)]
    [InlineData("Host=@abstract", false)]
    [InlineData("Host=a,/run/postgresql", false)]
    [InlineData("Host=db;Tcp Keepalive=false", false)]
    public void The_machine_of_the_database_is_asked_whether_it_is_there(string text, bool isAsked) =>
        Assert.Equal(isAsked, new NpgsqlConnectionStringBuilder(PostgresSettings.Read(text).Text).TcpKeepAlive);

    [Fact]
    public void What_is_said_counts()
    {
        const string Text = "Host=db;Timeout=15;Command Timeout=30;Maximum Pool Size=100;Max Auto Prepare=0;Application Name=n;Keepalive=0";
        var settings = new NpgsqlConnectionStringBuilder(PostgresSettings.Read(Text).Text);
        Assert.Equal((15, 30, 100), (settings.Timeout, settings.CommandTimeout, settings.MaxPoolSize));
        Assert.Equal((0, "n", 0), (settings.MaxAutoPrepare, settings.ApplicationName, settings.KeepAlive));
    }

    [Theory]
    [InlineData("postgres://mail:hunter5@db/mail")]
    [InlineData("Host=db;Password=a;hunter5=b")]
    [InlineData("Host=db;Port=hunter5")]
    [InlineData("Database=mail;Password=hunter5")]
    [InlineData("Host=db;Password=hunter5;Maximum Pool Size=3")]
    [InlineData("Host=db;Password=hunter5;Target Session Attributes=standby")]
    [InlineData("hunter5")]
    public void A_refusal_quotes_nothing(string text)
    {
        var refusal = Assert.Throws<FormatException>(() => PostgresSettings.Read(text));
        Assert.DoesNotContain("hunter5", refusal.Message, StringComparison.Ordinal);
        Assert.Null(refusal.InnerException);
    }

    [Fact]
    public void The_place_is_for_people_and_has_no_password()
    {
        var settings = PostgresSettings.Read("Host=db.example.com;Database=mail;Username=u;Password=hunter5");
        Assert.Equal(("db.example.com/mail", "hunter5"), (settings.Place, settings.Password));
        Assert.Null(PostgresSettings.Read("Host=db").Password);
    }

    [Fact]
    public void Of_several_hosts_the_primary_is_used()
    {
        Assert.Equal("primary", new NpgsqlConnectionStringBuilder(PostgresSettings.Read("Host=a,b").Text).TargetSessionAttributes);
        Assert.Null(new NpgsqlConnectionStringBuilder(PostgresSettings.Read("Host=a").Text).TargetSessionAttributes);
        const string ReadWrite = "Host=a,b;Target Session Attributes=read-write";
        Assert.Equal("read-write", new NpgsqlConnectionStringBuilder(PostgresSettings.Read(ReadWrite).Text).TargetSessionAttributes);
    }

    [Theory]
    [InlineData("Host=db.example.com", true)]
    [InlineData("Host=db.example.com;SSL Mode=Require", true)]
    [InlineData("Host=db.example.com;SSL Mode=VerifyFull", false)]
    [InlineData("Host=db.example.com;SSL Mode=VerifyCA", false)]
    [InlineData("Host=/run/postgresql", false)]
    [InlineData("Host=localhost", false)]
    [InlineData("Host=localhost,db.example.com", true)]
    public void A_database_elsewhere_is_to_be_verified(string text, bool isUnverified) =>
        Assert.Equal(isUnverified, PostgresSettings.Read(text).IsUnverified);
}
