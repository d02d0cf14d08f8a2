using System.Security.Cryptography;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Configuration.Sources;
using InboundBridge.Rules.Schemas;

namespace InboundBridge.Commands.Initializing;

/// <summary>Makes the files of <c>init</c>.</summary>
internal static class InitFiles
{
    public const string WebhookSecret = "webhook";
    public const string OperatorHash = "operator.hash";
    private const string OperatorToken = "operator.token";

    /// <summary>Octets of a webhook's secret: as many as the digest of HMAC-SHA256 has.</summary>
    private const int SecretLength = 32;

    public static IReadOnlyList<InitFile> Make(InitAnswers answers)
    {
        var token = TokenDigest.MakeToken();
        var forToken = answers.IsOfPackage ? "for the API and the UI, where they ask for one" : "for the API and the UI in the container";
        IReadOnlyList<InitFile> service = answers.IsOfPackage ? [] :
        [
            new(ServiceText.FileName, ServiceText.Of(answers), "a systemd unit"),
            new("compose.yaml", ComposeText.Of(answers), "for Docker Compose or podman-compose"),
        ];
        return
        [
            new(ConfigurationSource.DefaultFile, ConfigurationText.Of(answers), "the configuration"),
            new("rules/mail.yaml", RuleText.Of(answers), "two rules with their tests"),
            new(
                Secret(WebhookSecret), $"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretLength))}\n",
                "signs the webhooks; your application verifies with it", IsSecret: true),
            new(Secret(OperatorToken), $"{token}\n", forToken, IsSecret: true),
            new(Secret(OperatorHash), $"{TokenDigest.Make(token)}\n", "that token's digest", IsSecret: true),
            .. service,
            new("schemas/config.schema.json", ConfigurationSchema.Write(), "for editors"),
            new("schemas/rules.schema.json", RuleSchema.ToJson(DestinationKinds.ForRules), "for editors"),
        ];
    }

    private static string Secret(string name) => $"{Expansion.SecretsFolder}/{name}";
}
