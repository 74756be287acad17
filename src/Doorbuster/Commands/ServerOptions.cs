using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace Doorbuster.Commands;

/// <summary>What <c>up</c> and <c>serve</c> both ask.</summary>
internal sealed class ServerOptions
{
    private readonly Option<int> _port = new("--port")
    { Description = "The port to listen on.", DefaultValueFactory = _ => 8080 };

    private readonly Option<IPAddress> _listen = new("--listen")
    {
        Description = "The address to listen on; 0.0.0.0 for every network.",
        DefaultValueFactory = _ => IPAddress.Loopback,
        CustomParser = ReadAddress,
    };

    private readonly Option<string> _role = new("--role")
    { Description = "What this process does.", DefaultValueFactory = _ => "all" };

    public ServerOptions(Command command)
    {
        _port.Validators.Add(port =>
        {
            // What is no number at all was refused before.
            if (port.Tokens is [{ Value: var text }] && int.TryParse(text, out var number) && number is < 1 or > 65_535)
                port.AddError("--port is a number from 1 to 65535.");
        });
        _role.AcceptOnlyFromAmong([.. Roles.Names]);
        foreach (var option in (Option[])[_port, _listen, _role])
            command.Options.Add(option);
    }

    public Listen Listen(ParseResult arguments) => new(arguments.GetRequiredValue(_listen), arguments.GetValue(_port));

    public string Role(ParseResult arguments) => arguments.GetRequiredValue(_role);

    private static IPAddress? ReadAddress(ArgumentResult given)
    {
        var text = given.Tokens.Single().Value;
        if (IPAddress.TryParse(text == "localhost" ? "127.0.0.1" : text, out var address))
            return address;
        given.AddError($"--listen: '{text}' is not an IP address.");
        return null;
    }
}
