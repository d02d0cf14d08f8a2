namespace InboundBridge.UnitTests.Host.Configuration.Sources;

/// <summary>
/// <c>${credential:NAME}</c>: from systemd's folder where the service has one, else from <c>secrets/</c> beside the file.
/// </summary>
public class CredentialTests
{
    private const string Passed = "/run/credentials/inboundbridge.service";

    [Theory]
    [InlineData("webhook", "passed")]
    [InlineData("secrets_webhook", "passed")]
    [InlineData(null, "beside")]
    public void The_service_reads_what_systemd_passes_and_others_what_lies_beside(string? passed, string expected)
    {
        var configuration = Configuration();
        configuration.Files.Texts[$"{ConfigurationCase.Folder}/secrets/webhook"] = "beside\n";
        if (passed is not null)
            configuration.Files.Texts[$"{Passed}/{passed}"] = "passed\n";
        configuration.Environment["CREDENTIALS_DIRECTORY"] = Passed;
        Assert.Equal(expected, configuration.Options("hostname: ${credential:webhook}\n").Smtp.Server.Hostname);
    }

    [Fact]
    public void Without_systemd_only_the_folder_beside_is_read()
    {
        var configuration = Configuration();
        configuration.Files.Texts["/webhook"] = "elsewhere";
        configuration.Files.Texts[$"{ConfigurationCase.Folder}/secrets/webhook"] = "beside";
        configuration.Environment["CREDENTIALS_DIRECTORY"] = "";
        Assert.Equal("beside", configuration.Options("hostname: ${credential:webhook}\n").Smtp.Server.Hostname);
    }

    [Theory]
    [InlineData("missing", "there is no credential 'missing': /etc/ib/secrets/missing does not exist, and systemd passed none of that name")]
    [InlineData("../x", "'../x' is no name of a credential")]
    [InlineData("", "'' is no name of a credential")]
    [InlineData(".x", "'.x' is no name of a credential")]
    public void What_is_missing_or_no_name_is_an_error(string name, string message)
    {
        var outcome = Configuration().Read($"hostname: ${{credential:{name}}}\n");
        var problem = Assert.Single(outcome.Problems.Items, problem => !problem.IsWarning);
        Assert.StartsWith(message, problem.Text, StringComparison.Ordinal);
        Assert.Equal(1, problem.Position.Line);
    }

    private static ConfigurationCase Configuration() => new();
}
