namespace InboundBridge.Commands.Initializing;

/// <summary><c>compose.yaml</c> of <c>init</c>: one appliance in a container that may do nothing but its work.</summary>
internal static class ComposeText
{
    public static string Of(InitAnswers answers) => $$"""
        # One appliance in a container, as the user who owns secrets/ and {{Data(answers)}}/:
        #
        #   docker build -t inboundbridge CHECKOUT
        #   OWNER="$(id -u):$(id -g)" docker compose up -d
        #
        # UI and API are on http://127.0.0.1:8080 of this machine; secrets/operator.token is the token for them.
        services:
          inboundbridge:
            image: inboundbridge
            user: "${OWNER:?OWNER=UID:GID, see above}"
            environment:
              INBOUNDBRIDGE__SMTP__LISTENERS__0__ADDRESS: "0.0.0.0:25"
              INBOUNDBRIDGE__SPOOL__PATH: /var/spool/inboundbridge
              INBOUNDBRIDGE__HTTP__LISTEN: "0.0.0.0:8080"
              INBOUNDBRIDGE__HTTP__TOKENS: '[{ name: operator, role: admin, hash: "$${file:/etc/inboundbridge/secrets/{{InitFiles.OperatorHash}}}" }]'
            ports: {{Ports(answers)}}
            volumes:
              - .:/etc/inboundbridge:ro
              - {{Data(answers)}}:/var/spool/inboundbridge{{Certificate(answers)}}
            read_only: true
            tmpfs: [/tmp]
            cap_drop: [ALL]
            security_opt: ["no-new-privileges:true"]
            # Ports below 1024 without a privilege.
            sysctls: ["net.ipv4.ip_unprivileged_port_start=0"]
            # As long as the appliance finishes what it receives and delivers.
            stop_grace_period: 75s
            restart: unless-stopped

        """;

    private static string Data(InitAnswers answers) => answers.IsServer ? InitAnswers.ServiceSpool : "./data";

    private static string Ports(InitAnswers answers) =>
        answers.AcmeEmail is null ? "[\"25:25\", \"127.0.0.1:8080:8080\"]" : "[\"25:25\", \"80:80\", \"127.0.0.1:8080:8080\"]";

    private static string Certificate(InitAnswers answers) =>
        answers.Certificate is { } files ? Mount(files.Certificate) + Mount(files.Key) : string.Empty;

    /// <summary>A file outside the folder, at the same place. Compose would expand a <c>$</c>.</summary>
    private static string Mount(string path)
    {
        var plain = YamlText.Quote($"{path}:{path}:ro").Replace("$${", "${", StringComparison.Ordinal);
        return $"\n      - {plain.Replace("$", "$$", StringComparison.Ordinal)}";
    }
}
