namespace InboundBridge.Commands.Initializing;

/// <summary><c>inboundbridge.yaml</c> of <c>init</c>.</summary>
internal static class ConfigurationText
{
    public static string Of(InitAnswers answers) => $$"""
        # yaml-language-server: $schema=schemas/config.schema.json
        # After a change: inboundbridge check. A running appliance takes a changed file by itself, unless it has a mistake.
        hostname: {{answers.Hostname}}
        domains: [{{answers.Domain}}]

        smtp:
          listeners:
            - { address: {{YamlText.Quote(answers.Listen)}} }{{Note(answers)}}

        {{Tls(answers)}}

        destinations:
          app:
            webhook:
              url: {{YamlText.Quote(answers.Webhook.AbsoluteUri)}}
              secret: ${credential:{{InitFiles.WebhookSecret}}}         # secrets/{{InitFiles.WebhookSecret}}
              attachments: { otherwise: inline }    # large ones too; with http.public_url they can be links

        # rules/mail.yaml. Recipients for which no rule decides are refused.
        rules: { path: rules/, default: reject }

        # Every mail that got its 250 is here until it is delivered.
        spool: { path: {{answers.Spool}} }

        # API, UI and metrics, for users of this machine.
        http: { listen: "127.0.0.1:8080" }

        """;

    private static string Note(InitAnswers answers) =>
        answers.Listen.EndsWith(":25", StringComparison.Ordinal) ? string.Empty : "    # an MX listens on \"0.0.0.0:25\"";

    private static string Tls(InitAnswers answers) =>
        answers.AcmeEmail is { } email
            ? $$"""
            # From Let's Encrypt, which comes to port 80 of hostname. Until the certificate is there, mail comes without TLS.
            tls: { acme: { email: {{YamlText.Quote(email)}} } }
            """
        : answers.Certificate is { } files
            ? $$"""
            # Watched: a renewed certificate is taken without a restart.
            tls:
              certificates:
                - { cert: {{YamlText.Quote(files.Certificate)}}, key: {{YamlText.Quote(files.Key)}} }
            """
        : """
            # No certificate yet, so mail comes without TLS. From Let's Encrypt, which comes to port 80 of hostname:
            # tls: { acme: { email: ops@example.com } }
            """;
}
