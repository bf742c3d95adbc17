# Tells netdiag of new and changed tickets (Znuny, OTRS 6). Put it into Custom/Kernel/System/Ticket/Event/Netdiag.pm below
# Znuny's home, and into Kernel/Config.pm, in sub Load:
#   $Self->{NetdiagHook}   = 'https://netdiag.example.net:8787/api/v1/tickets/znuny';
#   $Self->{NetdiagSecret} = 'whsec_…';      # the same as serve.webhooks.znuny.secret in netdiag.yaml
#   $Self->{NetdiagUser}   = 'netdiag';      # netdiag's own agent: what he does is no news
#   $Self->{'Ticket::EventModulePost'}->{'9900-Netdiag'}
#       = { Module => 'Kernel::System::Ticket::Event::Netdiag', Transaction => 1 };
# Transaction: once all that a request did to a ticket stands in the database.
package Kernel::System::Ticket::Event::Netdiag;

use strict;
use warnings;
use utf8;

our @ObjectDependencies = qw(
    Kernel::Config Kernel::System::Log Kernel::System::Ticket Kernel::System::Ticket::Article Kernel::System::User
);

sub new { return bless {}, shift }

my $Told = qr{^(?:TicketCreate|ArticleCreate|TicketMerge|Ticket(?:Queue|State|Priority)Update|TicketDynamicFieldUpdate_.*)$};

sub Run {
    my ( $Self, %Param ) = @_;
    return 1 if $Param{Event} !~ $Told;
    my $Config = $Kernel::OM->Get('Kernel::Config');
    my $Hook   = $Config->Get('NetdiagHook') or return 1;
    my $Ticket = $Param{Data}->{TicketID}    or return 1;
    my $By     = $Kernel::OM->Get('Kernel::System::User')->UserLookup( UserID => $Param{UserID}, Silent => 1 ) // '';
    return 1 if $By eq ( $Config->Get('NetdiagUser') // 'netdiag' );
    my $Kind = $Param{Event} eq 'TicketCreate' ? 'create' : 'changed';
    if ( $Param{Event} eq 'ArticleCreate' ) {
        my $ArticleObject = $Kernel::OM->Get('Kernel::System::Ticket::Article');
        my ($Article) = $ArticleObject->ArticleList( TicketID => $Ticket, ArticleID => $Param{Data}->{ArticleID} );
        my $Sender = $Article ? $ArticleObject->ArticleSenderTypeLookup( SenderTypeID => $Article->{SenderTypeID} ) : '';
        return 1 if $Sender ne 'customer';
        $Kind = 'contact';
    }
    # Who moves a ticket there and back is faster than netdiag looks.
    my @Moves;
    if ( $Param{Event} eq 'TicketQueueUpdate' ) {
        my %Now = $Kernel::OM->Get('Kernel::System::Ticket')->TicketGet( TicketID => $Ticket, UserID => 1 );
        push @Moves, [ $Param{Data}->{OldTicketData}->{Queue}, $Now{Queue} ];
    }
    # One call for all that one request did to one ticket.
    return 1 if $Kernel::OM->Get('Kernel::System::Ticket')->{NetdiagTold}->{$Ticket}++;
    require LWP::UserAgent; require JSON::PP; require Digest::SHA; require MIME::Base64; require Time::HiRes;
    my $Body = JSON::PP->new->canonical->ascii->encode( { TicketID => $Ticket + 0, event => $Kind, by => $By, moves => \@Moves } );
    my $Time = time;
    my $ID   = sprintf 'znuny-%d-%d-%d', $Ticket, Time::HiRes::time() * 1e6, $$;
    my $Key  = $Config->Get('NetdiagSecret') // '';
    $Key =~ s/^whsec_//;
    my $MAC   = Digest::SHA::hmac_sha256( "$ID.$Time.$Body", MIME::Base64::decode_base64($Key) );
    my $Reply = LWP::UserAgent->new( timeout => 5 )->post(
        $Hook,
        'Content-Type'      => 'application/json',
        'webhook-id'        => $ID,
        'webhook-timestamp' => $Time,
        'webhook-signature' => 'v1,' . MIME::Base64::encode_base64( $MAC, '' ),
        Content             => $Body,
    );
    # Nothing is lost when netdiag does not answer: it polls, too.
    $Kernel::OM->Get('Kernel::System::Log')->Log(
        Priority => 'error',
        Message  => "netdiag did not take ticket $Ticket: " . $Reply->status_line,
    ) if !$Reply->is_success;
    return 1;
}

1;
