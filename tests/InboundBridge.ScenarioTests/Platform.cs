using System.Runtime.Versioning;

// Postfix, Dovecot, signals and /proc.
[assembly: SupportedOSPlatform("linux")]
