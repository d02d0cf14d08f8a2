namespace InboundBridge.ScenarioTests.Peers;

/// <summary>dovecot.conf of a private instance.</summary>
internal static class DovecotConfiguration
{
    public static string Text(string home, DovecotPorts ports, DovecotOptions options) => $$"""
        base_dir = {{home}}/run
        state_dir = {{home}}/run
        log_path = {{home}}/log
        protocols = imap pop3 lmtp{{(options.RelayPort == 0 ? "" : " submission")}}
        listen = 127.0.0.1
        ssl = no
        disable_plaintext_auth = no
        hostname = dovecot.test
        auth_username_format = %Ln
        mail_location = maildir:{{home}}/mail/%n
        first_valid_uid = 1
        mail_plugins = quota
        # A full mailbox is a 4xx: it may be emptied.
        quota_full_tempfail = yes
        plugin {
          quota = maildir:User quota
        }
        passdb {
          driver = passwd-file
          args = {{home}}/users
        }
        userdb {
          driver = passwd-file
          args = {{home}}/users
          default_fields = uid=nobody gid=nogroup home={{home}}/mail/%n
        }
        namespace inbox {
          inbox = yes
        }
        protocol lmtp {
          mail_plugins = quota
        }
        submission_relay_host = 127.0.0.1
        submission_relay_port = {{(options.RelayPort == 0 ? 25 : options.RelayPort)}}
        submission_relay_ssl = {{options.RelayTls}}
        submission_relay_ssl_verify = no
        service lmtp {
          unix_listener lmtp-in {
            mode = 0666
          }
          inet_listener lmtp {
            port = {{ports.Lmtp}}
          }
        }
        service imap-login {
          inet_listener imap {
            port = {{ports.Imap}}
          }
          inet_listener imaps {
            port = 0
          }
        }
        service pop3-login {
          inet_listener pop3 {
            port = {{ports.Pop3}}
          }
          inet_listener pop3s {
            port = 0
          }
        }
        {{Submission(ports, options)}}
        """;

    private static string Submission(DovecotPorts ports, DovecotOptions options) => options.RelayPort == 0 ? "" : $$"""
        service submission-login {
          inet_listener submission {
            port = {{ports.Submission}}
          }
        }
        """;
}
