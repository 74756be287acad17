using Doorbuster.Benchmarks;
using Doorbuster.Benchmarks.Checkouts;
using Doorbuster.Benchmarks.RedPackets;
using Doorbuster.Benchmarks.Sales;
using Doorbuster.Benchmarks.Streams;

return args switch
{
    ["claims", .. var rest] => await ClaimsBench.Run(rest),
    ["sale", .. var rest] => await SaleBenchCommand.Run(rest),
    ["checkout", .. var rest] => await CheckoutBenchCommand.Run(rest),
    ["queue", .. var rest] => await QueueBench.Run(rest),
    ["overview", .. var rest] => await OverviewBench.Run(rest),
    ["redpacket", .. var rest] => await RedPacketBenchCommand.Run(rest),
    ["streams", .. var rest] => await StreamsBench.Run(rest),
    ["bare", .. var rest] => await BareServer.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        bin/bench claims [--quick]            the claim engine without HTTP, against one update of the hot row a request
        bin/bench checkout [--quick] [--json] [--profile] whole purchases of guests: token, cart, checkout, order, payment
        bin/bench queue [--quick]             the outbox: messages delivered a second
        bin/bench overview [--quick]          the fan-out of the user center: five calls in series, and over their graph
        bin/bench redpacket [--quick] [--json]  100,000 people for 5,000 parts through HTTP, every unit of money counted
        bin/bench streams [--streams N] [--json]  memory of 5,000 open streams of a sale, and how soon all hear of its end
        bin/bench sale [--quick] [--json]     a sale through HTTP, against the barest ASP.NET server
        """);
    return 2;
}
