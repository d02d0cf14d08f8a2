namespace InboundBridge.Commands.Initializing;

/// <summary><c>rules/mail.yaml</c> of <c>init</c>.</summary>
internal static class RuleText
{
    public static string Of(InitAnswers answers) => $$"""
        # yaml-language-server: $schema=../schemas/rules.schema.json
        # For each recipient the first rule that delivers or refuses decides. `inboundbridge test` runs the tests below.
        rules:
          - name: tickets
            when: { recipient: "support+{ticket}@{{answers.Domain}}" }
            then:
              - tag: support
              - webhook: app

          - name: all other mail
            when: { recipient: "*@{{answers.Domain}}" }
            then: [ webhook: app ]

        tests:
          - name: the number of a ticket reaches the application
            mail: { sender: al@customer.example, recipient: support+42@{{answers.Domain}}, subject: Help, text: It broke }
            expect: { rule: tickets, webhook: app, vars: { ticket: "42" }, tags: [support] }

          - name: any other mail reaches it too
            mail: { sender: al@customer.example, recipient: hello@{{answers.Domain}}, subject: Hello, text: It works }
            expect: { rule: all other mail, webhook: app }

        """;
}
