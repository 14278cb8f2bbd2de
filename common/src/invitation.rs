//! Invitations: signing, codes, pairing.
