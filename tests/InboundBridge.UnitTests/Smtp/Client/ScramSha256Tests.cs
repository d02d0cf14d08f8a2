using InboundBridge.Smtp.Client;

namespace InboundBridge.UnitTests.Smtp.Client;

/// <summary>The exchange of RFC 7677 §3.</summary>
public class ScramSha256Tests
{
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";
    private const string ServerFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private const string ServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    [Fact]
    public void The_example_of_the_rfc_is_reproduced()
    {
        var scram = Scram();
        Assert.Equal("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", scram.ClientFirst);
        Assert.Equal("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            scram.ClientFinal(ServerFirst));
        Assert.True(scram.IsProof(ServerFinal));
    }

    [Theory]
    [InlineData("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")]
    [InlineData("v=")]
    [InlineData("v=!")]
    [InlineData("e=unknown-user")]
    [InlineData("")]
    public void A_server_that_does_not_know_the_password_is_detected(string serverFinal)
    {
        var scram = Scram();
        Assert.NotNull(scram.ClientFinal(ServerFirst));
        Assert.False(scram.IsProof(serverFinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("r=somebodyelse,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000")]
    [InlineData("m=x,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    public void A_challenge_that_is_not_valid_gets_no_proof(string serverFirst) => Assert.Null(Scram().ClientFinal(serverFirst));

    [Fact]
    public void A_user_name_cannot_add_a_field() =>
        Assert.Equal("n,,n=a=2Cb=3Dc,r=x", new ScramSha256(new SmtpCredentials("a,b=c", "p"), "x").ClientFirst);

    private static ScramSha256 Scram() => new(new SmtpCredentials("user", "pencil"), Nonce);
}
